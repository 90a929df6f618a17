import random
import time
from pathlib import Path
from typing import Any

import pytest
from tests.adapt.templates import CHATML, DEAF, MARKED, NO_SYSTEM, THINKING, TRIMMED, TURNS, changed

from chartered.adapt.chat_form import ChatForm, chat_form
from chartered.adapt.models import resolve_model
from chartered.adapt.preflight import (
    check_prompts,
    check_sampling,
    check_steady,
    check_training,
    fault,
    loses_thoughts,
)
from chartered.common.errors import ModelError, UsageError

USER = {"role": "user", "content": "How much?"}
SYSTEM = {"role": "system", "content": "Be brief."}
EARLIER = {"role": "assistant", "content": "Of what?"}
SHAPES: Any = ([USER], [SYSTEM, USER], [USER, EARLIER, USER], [SYSTEM, USER, EARLIER, USER])


@pytest.fixture
def form(tiny_model: Path, tmp_path: Path) -> Any:
    """Gives the chat form of the tiny model with another template."""

    def made(template: str, eos: Any = "as it is", **keys: Any) -> ChatForm:
        return chat_form(changed(tiny_model, tmp_path / "model", template, eos=eos), {"finetune": keys})

    return made


def row(content: str, *prompt: Any) -> Any:
    return {"prompt": list(prompt or (USER,)), "completion": [{"role": "assistant", "content": content}]}


@pytest.mark.parametrize("template", [TURNS, TRIMMED, MARKED, THINKING])
def test_what_is_trained_as_it_is_asked_passes_in_every_shape(form: Any, template: str) -> None:
    made = form(template)
    check_training(made)
    check_training(made, SHAPES)
    check_sampling(made, {})
    check_steady(made.tokenizer)
    assert check_prompts(made.tokenizer, SHAPES) == []


@pytest.mark.parametrize("name", ["pocket", "smollm2"])
def test_the_models_with_a_name_pass_within_a_second(name: str) -> None:
    try:
        folder = resolve_model(name)
    except ModelError as missing:
        pytest.skip(str(missing))
    chat_form(folder)  # the first use imports transformers
    started = time.process_time()
    made = chat_form(folder)
    check_training(made)
    check_training(made, SHAPES)
    check_sampling(made, {})
    check_steady(made.tokenizer)
    assert time.process_time() - started < 1


def test_a_generation_prompt_that_the_trained_turn_lacks_is_refused_with_both_texts(form: Any) -> None:
    added = TURNS.replace("<|assistant|>{% endif %}", "<|assistant|>Let me think.{% endif %}")
    with pytest.raises(ModelError, match=r"asked with 'Let me think\.' where the trained turn goes on with 'The sum"):
        check_training(form(added))


def test_a_prompt_that_opens_thoughts_which_the_trained_turn_lacks_is_refused(form: Any) -> None:
    opened = TURNS.replace("<|assistant|>{% endif %}", "<|assistant|><think>\n{% endif %}")
    made = form(opened)
    with pytest.raises(ModelError, match=r"asked with '<think>\\n'"):
        check_training(made)
    assert fault(made, row("<think>\nTwo.\n</think>\n\nAnswer: 2")) is None  # this one begins so


def test_an_empty_block_of_thoughts_in_the_prompt_needs_one_in_the_turn(form: Any) -> None:
    quiet = THINKING.replace("enable_thinking is defined and not enable_thinking", "true")
    check_training(form(quiet))


def test_an_empty_block_of_thoughts_in_the_prompt_alone_is_refused(form: Any) -> None:
    block = "<think>\n\n</think>\n\n"
    with pytest.raises(ModelError, match=r"asked with '<think>\\n\\n</think>\\n\\n'"):
        check_training(form(TURNS.replace("<|assistant|>{% endif %}", f"<|assistant|>{block}{{% endif %}}")))


def test_a_generation_prompt_that_depends_on_earlier_turns_is_refused_for_these_alone(form: Any) -> None:
    made = form(
        TURNS.replace("<|assistant|>{% endif %}", "<|assistant|>{% if messages|length > 1 %}So: {% endif %}{% endif %}")
    )
    check_training(made)
    with pytest.raises(ModelError, match="asked with 'So: '"):
        check_training(made, SHAPES)


def test_a_template_that_rewrites_earlier_turns_while_it_is_trained_is_refused(form: Any) -> None:
    last = TURNS.replace("{{ m.content }}", "{{ m.content if loop.last or m.role != 'user' else 'Q: ' + m.content }}")
    with pytest.raises(ModelError, match="asked with 'What is"):
        check_training(form(last))


def test_a_question_whose_end_shares_a_token_with_the_answer_is_refused(tmp_path: Path) -> None:
    # " The" is one token of the pocket's, so that after "Reply: " it is asked behind a space that it never saw
    begun = TURNS.replace("<|{{ m.role }}|>", "{{ 'Reply: ' if m.role == 'assistant' else 'Q: ' }}")
    model = changed(resolve_model("pocket"), tmp_path / "model", begun.replace("<|assistant|>", "Reply: "))
    with pytest.raises(ModelError, match=r"the end of a question, .*'.*Reply: ', .* share a token"):
        check_training(chat_form(model))


def test_a_turn_without_end_token_is_refused(form: Any) -> None:
    endless = TURNS.replace("<|end|>{% endfor %}", "{% if m.role == 'user' %}<|end|>{% endif %}{% endfor %}")
    with pytest.raises(ModelError, match=r"ends with '.*' and no end token, .*generation stops at '<\|end\|>'"):
        check_training(form(endless))


def test_an_end_that_is_text_to_the_tokenizer_is_no_end(form: Any) -> None:
    with pytest.raises(ModelError, match=r"ends with '.*<\|im_end\|>\\n' and no end token"):
        check_training(form(CHATML))


def test_an_end_token_that_generation_does_not_stop_at_is_refused_with_the_key_that_mends_it(form: Any) -> None:
    other = form(TURNS, eos=0)
    with pytest.raises(
        ModelError, match=r"'<\|end\|>', and generation stops at '<\|pad\|>'.* add 1 to .*`eos_token: \"<"
    ):
        check_training(other)
    with pytest.raises(ModelError, match="generation stops at"):
        check_sampling(other, {})


def test_one_of_several_end_tokens_is_enough(form: Any) -> None:
    check_training(form(TURNS, eos=[0, 1]))


def test_the_end_token_that_finetune_gives_the_model_counts(form: Any) -> None:
    check_training(form(TURNS, eos=0, eos_token="<|end|>"))


def test_sampling_is_not_held_to_an_end_that_the_template_leaves_to_the_model(form: Any) -> None:
    check_sampling(
        form(TURNS.replace("<|end|>{% endfor %}", "{% if not loop.last %}<|end|>{% endif %}{% endfor %}")), {}
    )


def test_sampling_after_other_words_than_scoring_is_refused(form: Any) -> None:
    made = form(THINKING)
    check_sampling(made, {"chat_template_kwargs": {"enable_thinking": True}})
    with pytest.raises(UsageError, match=r"reinforce\.chat_template_kwargs is .*'enable_thinking': False"):
        check_sampling(made, {"chat_template_kwargs": {"enable_thinking": False}})


@pytest.mark.parametrize(
    "shown",
    [
        "{{ strftime_now('%d %b %Y') }}",
        "{{ strftime_now('%Y-%m-%d').split('-')[1] }}",
        "{% if strftime_now('%H') | int < 12 %}Good morning.{% endif %}",
        "{% set date = strftime_now('%-d') if date_string is not defined else date_string %}{{ date }}",
    ],
)
def test_a_template_that_prints_the_clock_is_refused(form: Any, shown: str) -> None:
    with pytest.raises(ModelError, match=r"writes the time .* into every chat"):
        check_steady(form(shown + TURNS).tokenizer)


def test_a_clock_that_nothing_of_a_chat_depends_on_passes(form: Any) -> None:
    check_steady(form("{% if tools %}{{ strftime_now('%d %b %Y') }}{% endif %}" + TURNS).tokenizer)


@pytest.mark.parametrize("drawn", ["{{ ['Hi', 'Hello'] | random }}", "{{ lipsum(n=1, html=false) }}"])
def test_a_template_that_draws_by_chance_is_refused_and_the_generator_left_as_it_was(form: Any, drawn: str) -> None:
    tokenizer, before = form(drawn + TURNS).tokenizer, random.getstate()
    with pytest.raises(ModelError, match="drawn by chance"):
        check_steady(tokenizer)
    assert random.getstate() == before


def test_a_template_that_refuses_a_system_turn_does_so_in_one_sentence(form: Any) -> None:
    tokenizer = form(NO_SYSTEM).tokenizer
    assert check_prompts(tokenizer, SHAPES[:1]) == []
    with pytest.raises(ModelError, match=r"refuses a chat of the turns system, user .*System role not supported"):
        check_prompts(tokenizer, SHAPES)


def test_a_system_turn_that_is_left_out_is_said(form: Any) -> None:
    made = form(DEAF)
    check_training(made, SHAPES)
    assert check_prompts(made.tokenizer, SHAPES) == [
        "the chat template leaves out or changes the system turn: the model is not told what stands there"
    ]


def test_a_template_that_changes_what_a_user_says_is_refused(form: Any) -> None:
    with pytest.raises(ModelError, match="leaves out or changes a turn of the user, 'How much"):
        check_prompts(form(TURNS.replace("m.content", "m.content | upper")).tokenizer, SHAPES)


def test_a_template_that_changes_what_the_assistant_says_is_refused(form: Any) -> None:
    flat = TURNS.replace(
        "{{ m.content }}", "{{ m.content | replace('\n', ' ') if m.role == 'assistant' else m.content }}"
    )
    with pytest.raises(ModelError, match=r"changes what the assistant says: 'The sum is 4\.\\n\\nAnswer: 4' becomes"):
        check_training(form(flat))


def test_thoughts_that_the_template_leaves_out_are_found(form: Any) -> None:
    made, thought = form(THINKING), row("<think>\nTwo and two.\n</think>\n\nAnswer: 4")
    assert fault(made, thought) is None
    assert loses_thoughts(made, thought)
    assert not loses_thoughts(made, row("Answer: 4"))


def test_an_answer_that_holds_an_end_token_or_nothing_is_a_fault_of_its_row_alone(form: Any) -> None:
    made = form(TURNS)
    assert fault(made, row("It is 4.")) is None
    assert "holds '<|end|>'" in str(fault(made, row("Write <|end|> and stop.")))
    assert "is empty" in str(fault(made, row(" ")))


def test_markers_around_content_and_end_token_pass(form: Any) -> None:
    check_training(form(MARKED, assistant_only_loss=True), SHAPES)


def test_markers_around_the_header_alone_are_refused(form: Any) -> None:
    header = MARKED.replace("<|assistant|>{% generation %}", "{% generation %}<|assistant|>{% endgeneration %}", 1)
    header = header.replace("<|end|>{% endgeneration %}", "<|end|>", 1)
    with pytest.raises(ModelError, match="markers of the chat template leave out the answer or the token that ends it"):
        check_training(form(header, assistant_only_loss=True))
