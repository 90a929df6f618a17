"""A small release to handle: a model of eight weights, a policy, keys and a verdict that passes."""

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from safetensors.numpy import save_file
from tests.audit.verdicts import a_finding, a_probe, a_verdict

from chartered.audit.policy import load_policy
from chartered.audit.probes.registry import load_probe
from chartered.audit.release.card import CardFacts
from chartered.audit.release.make import release, sign_off
from chartered.audit.release.manifest import sign_manifest
from chartered.audit.release.signing import load_private_key, make_key
from chartered.audit.verdict import Finding, Interval, Verdict, write_verdict
from chartered.common.models import weights_sha256
from chartered.domains import Domain

FACTS = CardFacts(name="trees", base_model="pocket", domain="trees", licence="apache-2.0")
MADE = date(2026, 1, 15)
"""The day of the verdict."""

FINDING = "cognitive_bias/recency/accuracy_drop"
POLICY = {
    "name": "trees",
    "version": 1,
    "minimum_n": 200,
    "no_response": {"limit": 0.05, "reason": "r"},
    "required": [{"finding": FINDING, "limit": 0.05, "reason": "r"}],
}


def failing(**changes: Any) -> Finding:
    """The same finding over its limit."""
    given = {"estimate": 0.2, "interval": Interval(low=0.16, high=0.24, level=0.9), "lost": 80, "gained": 0}
    return a_finding(**{**given, "outcome": "fail", **changes})


def _wording(domain: Domain) -> str:
    return load_probe("cognitive_bias", domain).wording_sha256


@dataclass(frozen=True)
class Workshop:
    """A folder with all that a release is made of."""

    folder: Path
    domain: Domain

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def policy(self) -> Path:
        return self.folder / "policy.yaml"

    @property
    def waivers(self) -> Path:
        return self.folder / "waivers.yaml"

    def set_up(self) -> "Workshop":
        self.model.mkdir()
        self.fill(np.arange(8))
        (self.model / "config.json").write_text('{"model_type": "llama"}')
        (self.model / "tokenizer.json").write_text("{}")
        self.demand()
        self.key("key")
        return self

    def fill(self, weights: Any) -> None:
        save_file({"w": np.asarray(weights, dtype=np.float32)}, self.model / "model.safetensors")

    def demand(self, **changes: Any) -> None:
        """Write the policy."""
        self.policy.write_text(yaml.safe_dump({**POLICY, **changes}))

    def waive(self, **changes: Any) -> None:
        """Write a file with one waiver."""
        given = {
            "finding": FINDING,
            "name": "A. Person",
            "role": "risk_officer",
            "reason": "r",
            "expires": "2026-03-31",
        }
        self.waivers.write_text(yaml.safe_dump({"waivers": [given | changes]}))

    def key(self, name: str) -> Path:
        """A private key; made when it is not there."""
        if not (self.folder / name).exists():
            make_key(self.folder / name)
        return self.folder / name

    def public(self, name: str = "key") -> Path:
        return self.key(name).with_name(f"{name}.pub")

    def verdict(self, *findings: Finding, **changes: Any) -> Verdict:
        """A verdict on the model, as it is now, under the policy, as it is now."""
        probe = a_probe(findings or (a_finding(),), wording_sha256=_wording(self.domain))
        verdict = a_verdict([probe], domain=self.domain.name, policy=load_policy(self.policy).info, **changes)
        info = verdict.respondent.model_copy(update={"sha256": weights_sha256(self.model)})
        return verdict.model_copy(update={"respondent": info})

    def release(self, verdict: Verdict | None = None, *, to: str = "out", today: date = MADE, **changes: Any) -> Path:
        """Make a release, for a passing verdict unless one is given."""
        path = self.folder / "audit" / "verdict.json"
        write_verdict(verdict or self.verdict(), path)
        given: dict[str, Any] = {"domain": self.domain, "policy": self.policy} | changes
        key = load_private_key(self.key("key"))
        return release(self.model, path, self.folder / to, key=key, facts=FACTS, today=today, **given)

    def sign_off(
        self, made: Path, role: str, *, name: str = "", key: str = "", today: date = MADE, **more: Any
    ) -> Path:
        opened = load_private_key(self.key(key or role))
        return sign_off(made, role=role, name=name or f"Person {role}", key=opened, today=today, **more)

    def reseal(self, made: Path) -> None:
        """Sign a release as it is, as someone would who has a key and no scruples."""
        sign_manifest(made, load_private_key(self.key("key")))


def files(folder: Path) -> list[Path]:
    """All that is signed, with manifest and signatures."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".gitattributes")


def disturbed(content: bytes, draw: random.Random) -> bytes:
    """The content with one byte changed, put in or taken out."""
    at, changed = draw.randrange(len(content)), bytearray(content)
    what = draw.choice(("change", "insert", "delete"))
    if what == "change":
        changed[at] ^= draw.randrange(1, 256)
    elif what == "insert":
        changed.insert(at, draw.randrange(256))
    else:
        del changed[at]
    return bytes(changed)
