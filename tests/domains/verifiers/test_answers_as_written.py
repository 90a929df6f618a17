# ruff: noqa: E501  a row is an answer as it was written
"""Answers as models write them, kind by kind: what each verifier makes of them."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Problem
from chartered.domains.verifiers import amount, choice, expression, measure, number, read_choice
from chartered.domains.verifiers.reading.stages import ALL, STRICT, reading

OPTIONS = ("Aspirin", "Zika virus", "Heparin", "Toxoplasmosis", "Iron deficiency anaemia")
VERIFIERS = {"number": number, "measure": measure, "amount": amount}


def problem(answer: str, unit: str | None = None, asked: str = "How much?", **fields: Any) -> Problem:
    turn = ({"role": "user", "content": asked},)
    return Problem(prompt=turn, answer=answer, unit=unit, kind="k", domain="d", split="train", **fields)  # type: ignore[arg-type]


CHOICES = [
    ("B", "Answer: B\nIn fact, it is common in adults."),
    ("B", "Answer: B. Actually it is the most common one."),
    ("B", "Answer: D\nWait, it should be B."),
    ('B', 'I believe the answer is B.'),
    ('B', '(B)'),
    ('B', 'Option B: Zika virus'),
    ('B', 'B - Zika virus'),
    ('B', 'The answer must be Zika virus, not toxoplasmosis.'),
    ('B', 'While D is tempting, B is correct.'),
    ('B', 'Answer: B (not D)'),
    ('B', '正确答案：(B)'),
    ('B', '选 B'),
    ('B', 'Initially I thought D. On reflection, the answer is B.'),
    ('B', 'Answer: D\nCorrection: the answer is B.'),
    ('B', 'Answer: D. Sorry, I meant B.'),
    ('B', '**B. Zika virus**\n\n**Explanation:** A is wrong. C is wrong.'),
    ('B', "Let's go through the options.\nA. Aspirin: no.\nB. Zika virus: fits.\nC. Heparin: no.\nD. Toxoplasmosis: no.\nTherefore the answer is B."),
    (None, "I must advise against option D: Toxoplasmosis"),
    ('B', 'B: Zika virus. Although the patient is convinced that the correct answer is D: Toxoplasmosis, the rash speaks against it.'),
    ('B', 'B. Zika virus\nMost doctors would say that the answer is D, but they are wrong.'),
    ('B', '<think>Perhaps\nAnswer: D\nno, the kidneys</think> The correct option is B.'),
    ('B', 'Perhaps\nAnswer: D\nno, the kidneys</think> The correct option is B.'),
    (None, '<think>Perhaps\nAnswer: D\nno, the kidn'),
    ('B', '\\boxed{B}'),
    ('B', '$\\boxed{\\text{B}}$'),
    ('B', 'I pick choice b.'),
    ('B', 'the correct option is B'),
    ('B', 'After eliminating A, C, D and E, we are left with B.'),
    ('B', '答案是B'),
    ('B', '因此，故选B。'),
    ('B', '正确选项为B'),
    ('B', '综上所述，正确答案是 B。'),
    ('B', '答案：B'),
    ('B', '本题选B'),
    ('B', '✅ Final Answer: **B**'),
    ('B', '### ✅ Answer: B'),
    ('B', '→ Answer: B'),
    ('B', '1. Answer: B'),
    ('B', 'Answer = B'),
    ('B', 'Final answer is: B'),
    ('B', 'Answer：B'),
    ('B', 'Answer: **B** (see above)'),
    ('B', 'Answer:\n\nB'),
    ('B', '**Answer:**\n**B**'),
    ('B', '### Answer\nB) Zika virus'),
    ('B', 'Answer:\n$$\n\\text{B}\n$$'),
    ('B', 'Answer:\n\\[ \\boxed{B} \\]'),
    ('B', 'Answer: D\n\nWait, that is wrong. The correct answer is B.'),
    ('B', 'B, Zika virus. The rash fits.'),
    ('B', 'B; Zika virus ...'),
    ('B', 'B (Zika virus) is the most likely.'),
    ('B', 'It must be (Option B)'),
    ('B', 'The second option.'),
    ('B', 'Option 2'),
    ('B', 'I would go with the second one.'),
    (None, 'Low molecular weight heparin is the best choice.'),
    ('C', 'The best choice is heparin.'),
    ('B', 'Zika viruss'),
    ('E', 'Iron-deficiency anemia'),
    ('B', 'La bonne réponse est B.'),
    ('B', 'Die richtige Antwort ist B.'),
    ('B', 'Antwort: B'),
    ('B', 'Réponse : B'),
    ('B', 'La respuesta correcta es B.'),
    ('B', 'I would choose D at first ... \n**Answer:**\n**B**'),
    ('B', 'Hello! Happy to help.\nAnswer: B'),
    ('B', 'Some would say D. Answer: B'),
    ('B', 'A, C, D and E are ruled out.'),
    ('B', 'A is wrong. C is incorrect. D is unlikely. E does not fit. Therefore B.'),
    ('B', 'The answer cannot be D. So it is B.'),
    ('B', 'Answer: not D but B'),
    ('B', '**B** is correct since the rash fits; A, C, D, E do not.'),
    ('B', 'The correct choice here would be B) Zika virus.'),
    ('B', 'My final answer: B.'),
    ('B', 'Final Answer: (B)'),
    ('B', 'The answer is (B).'),
    ('B', 'ANSWER: B'),
    ('B', 'answer - B'),
    ('B', 'Ans: B'),
    ('B', 'Correct answer: B'),
    ('B', '<answer>B</answer>'),
    ('B', '<answer>\nB\n</answer>'),
    ('B', '<ANSWER> B'),
    ('B', 'Option B is the right one.'),
    ('B', 'B is the right answer.'),
    ('B', 'B would be the best answer here.'),
    ('B', 'Of these, B fits best.'),
    ('B', 'The patient believes it is D. I disagree: it is B.'),
    ('B', 'If the patient had eaten raw meat the answer would be D. He had not, so the answer is B.'),
    ('B', 'Is the answer D? No. The answer is B.'),
]  # fmt: skip


@pytest.mark.parametrize(("letter", "said"), CHOICES)
def test_an_option_is_read_by_what_is_claimed(letter: str | None, said: str) -> None:
    assert read_choice(OPTIONS, said) == (None if letter is None else OPTIONS["ABCDE".index(letter)])


NUMBERS: list[tuple[str, dict[str, Any], str, str]] = [
    ('number', {'answer': '58'}, '**Final Answer:**\n\n\\[\n\\boxed{58}\n\\]\n', 'correct'),
    ('number', {'answer': '58'}, 'The final answer is: $\\boxed{58}$.', 'correct'),
    ('number', {'answer': '58'}, '#### 58', 'correct'),
    ('number', {'answer': '58'}, '...so we get\n#### 58', 'correct'),
    ('number', {'answer': '58'}, 'My answer is **58**.', 'correct'),
    ('number', {'answer': '58'}, 'Therefore, the correct answer is: 58', 'correct'),
    ('number', {'answer': '58'}, 'So the answer: 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer (final): 58', 'correct'),
    ('number', {'answer': '58'}, 'ANSWER: 58 apples', 'wrong'),
    ('number', {'answer': '1250'}, 'Answer: 1 250', 'correct'),
    ('number', {'answer': '0.25'}, 'Answer: 25 %', 'wrong'),
    ('measure', {'answer': '0.25'}, 'Answer: 25 %', 'correct'),
    ('number', {'answer': '1.5'}, 'Answer: 1½', 'correct'),
    ('number', {'answer': '3/4'}, 'Answer: ¾', 'correct'),
    ('number', {'answer': '1e6'}, 'Answer: one million', 'no_answer'),
    ('number', {'answer': '1000000'}, 'Answer: 1 million', 'correct'),
    ('number', {'answer': '1000000'}, 'Answer: 10⁶', 'correct'),
    ('number', {'answer': '5', 'unit': 'mL'}, 'Answer: 5ml', 'correct'),
    ('number', {'answer': '0.5', 'unit': 'mg'}, 'Answer: .5mg', 'correct'),
    ('number', {'answer': '5', 'unit': 'mg'}, 'Answer: .5mg', 'wrong'),
    ('number', {'answer': '-3'}, 'Answer: −3', 'correct'),
    ('number', {'answer': '-3'}, 'Answer: minus 3', 'no_answer'),
    ('number', {'answer': '58'}, 'Answer: 58, since 40 + 18 = 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer: 40 + 18 = 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer: x = 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer: approximately 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer: between 50 and 60', 'no_answer'),
    ('number', {'answer': '58'}, 'Answer: 58 or so', 'correct'),
    ('number', {'answer': '58'}, '<answer>58</answer> Hope this helps!', 'correct'),
    ('number', {'answer': '58'}, '```\nAnswer: 58\n```', 'correct'),
    ('number', {'answer': '58'}, '> Answer: 58', 'correct'),
    ('number', {'answer': '58'}, '- **Answer**: 58', 'correct'),
    ('number', {'answer': '58'}, '🎯 Answer: 58', 'correct'),
    ('number', {'answer': '58'}, 'Réponse finale : 58', 'correct'),
    ('number', {'answer': '58'}, 'Respuesta: 58', 'correct'),
    ('number', {'answer': '58'}, '答えは58です。', 'correct'),
    ('number', {'answer': '58'}, '最终答案：58', 'correct'),
    ('number', {'answer': '58'}, '정답: 58', 'correct'),
    ('amount', {'answer': '5', 'unit': 'percent'}, 'Answer: 5%', 'correct'),
    ('amount', {'answer': '12.5 million'}, 'Answer: $12.5M', 'correct'),
    ('amount', {'answer': '12.5 million'}, 'Answer: 12.5 mio EUR', 'correct'),
    ('amount', {'answer': '1234.50'}, 'Answer: 1.234,50 €', 'correct'),
    ('amount', {'answer': '0.5 million'}, 'Answer: $.5M', 'correct'),
    ('number', {'answer': '5'}, 'Answer: .5', 'wrong'),
    ('measure', {'answer': '0.5'}, 'Answer: .5', 'correct'),
    ('measure', {'answer': '5'}, 'Answer: .5', 'wrong'),
    ('measure', {'answer': '500000'}, 'Answer: .5 million', 'correct'),
    ('measure', {'answer': '5000000'}, 'Answer: .5 million', 'wrong'),
    ('number', {'answer': '50'}, '<think> Answer: 50 </think> \\boxed{5}', 'wrong'),
    ('number', {'answer': '5'}, '<think> Answer: 50 </think> \\boxed{5}', 'correct'),
    ('number', {'answer': '58'}, 'Answer:\n58', 'correct'),
    ('number', {'answer': '58'}, 'Answer:\n\n$$ 58 $$', 'correct'),
    ('number', {'answer': '58'}, 'Answer: \n$$\n58\n$$', 'correct'),
    ('number', {'answer': '58'}, 'Answer:\n\\[ 58 \\]', 'correct'),
    ('number', {'answer': '58'}, 'Answer:\n\\[\n\\boxed{58}\n\\]', 'correct'),
    ('number', {'answer': '58'}, '✅ Final Answer: **58**', 'correct'),
    ('number', {'answer': '58'}, '### ✅ Answer: 58', 'correct'),
    ('number', {'answer': '58'}, '→ Answer: 58', 'correct'),
    ('number', {'answer': '58'}, '1. Answer: 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer = 58', 'correct'),
    ('number', {'answer': '58'}, 'Final answer is: 58', 'correct'),
    ('number', {'answer': '58'}, 'Answer：58', 'correct'),
    ('number', {'answer': '58'}, 'Answer: **58** (see above)', 'correct'),
    ('number', {'answer': '58'}, 'The answer is 58.', 'correct'),
    ('number', {'answer': '18'}, 'A: 18', 'correct'),
    ('number', {'answer': '58'}, 'Q: x\nA: 58', 'correct'),
    ('number', {'answer': '0.5'}, 'The final answer is $\\frac{1}{2}$. I hope it is correct.', 'correct'),
    ('number', {'answer': '0.5'}, 'Answer: ½', 'correct'),
    ('number', {'answer': '2.75'}, 'Answer: 2¾', 'correct'),
    ('number', {'answer': '2.75'}, 'Answer: 2 3/4', 'correct'),
    ('number', {'answer': '2500'}, 'Answer: 2.5 × 10³', 'correct'),
    ('number', {'answer': '2500'}, 'Answer: $2.5\\times 10^{3}$', 'correct'),
    ('number', {'answer': '0.004'}, 'Answer: 4*10^-3', 'correct'),
    ('number', {'answer': '0.004'}, 'Answer: 4·10⁻³', 'correct'),
    ('number', {'answer': '1000'}, 'Answer: 10^3', 'correct'),
    ('number', {'answer': '0.0025'}, 'Answer: 2.5e-3', 'correct'),
    ('number', {'answer': '2500'}, 'Answer: 2.5*10**3', 'correct'),
    ('number', {'answer': '2500'}, 'Answer: 2.5 times 10 to the power of 3', 'correct'),
    ('number', {'answer': '9927'}, "Answer: 9'927", 'correct'),
    ('number', {'answer': '9927'}, 'Answer: 9’927', 'correct'),
    ('number', {'answer': '9927'}, 'Answer: 9\u2009927', 'correct'),
    ('number', {'answer': '9927'}, 'Answer: 9\u202f927', 'correct'),
    ('number', {'answer': '9927'}, 'Answer: 9\xa0927', 'correct'),
    ('amount', {'answer': '41 €'}, 'Answer: 41,00 €', 'correct'),
    ('number', {'answer': '1234567'}, 'Answer: 12,34,567', 'correct'),
    ('number', {'answer': '1234567.5'}, 'Answer: 1.234.567,5', 'correct'),
    ('number', {'answer': '9927'}, 'Answer: 9.927', 'no_answer'),
    ('number', {'answer': '9.927'}, 'Answer: 9,927', 'no_answer'),
    ('number', {'answer': '9.927'}, 'Answer: 9.927', 'correct'),
    ('number', {'answer': '73'}, 'Answer: 73!', 'correct'),
    ('number', {'answer': '73'}, 'Answer: (73).', 'correct'),
    ('number', {'answer': '73'}, 'Answer: [73]', 'correct'),
    ('number', {'answer': '73'}, 'Answer: "73"', 'correct'),
    ('number', {'answer': '73'}, 'Answer: ~73', 'correct'),
    ('number', {'answer': '73'}, 'Answer: 73 (seventy-three)', 'correct'),
    ('number', {'answer': '73'}, 'Answer: ≈ 73', 'correct'),
    ('number', {'answer': '73'}, 'Answer: 73.', 'correct'),
    ('number', {'answer': '73'}, 'Answer: `73`', 'correct'),
    ('measure', {'answer': '50.7', 'unit': 'atm'}, 'So $P = \\boxed{50.7} \\text{ atm}$.', 'correct'),
    ('measure', {'answer': '50.7', 'unit': 'atm'}, 'So $P = \\boxed{50.7}\\,\\mathrm{atm}$.', 'correct'),
    ('measure', {'answer': '50.7', 'unit': 'atm'}, 'Answer: $\\boxed{50.7}$ atm', 'correct'),
    ('measure', {'answer': '50.7', 'unit': 'atm'}, 'Thus $\\boxed{50.7 \\text{ atm}}$', 'correct'),
    ('measure', {'answer': '50.7', 'unit': 'atm'}, 'Answer: 50.7 atm of pressure', 'correct'),
    ('number', {'answer': '18', 'asked': 'How many dollars does she make?'}, 'Answer: 18 dollars', 'correct'),
    ('number', {'answer': '18', 'asked': 'How many eggs?'}, 'The answer is 18 eggs.', 'correct'),
    ('number', {'answer': '18', 'asked': 'How much does it cost in $?'}, 'Answer: $18', 'correct'),
    ('number', {'answer': '18', 'asked': 'How many apples?'}, 'Answer: 18 mg', 'wrong'),
    ('number', {'answer': '0.6666666666666667'}, 'Answer: .6666666666666667', 'correct'),
    ('number', {'answer': '0.67'}, 'Answer: .6666666666666667', 'correct'),
    ('number', {'answer': '2.4', 'unit': 'MU'}, 'Answer: 2.4 mU', 'wrong'),
    ('number', {'answer': '2.4', 'unit': 'MU'}, 'Answer: 2.4 MU', 'correct'),
    ('number', {'answer': '2.4', 'unit': 'mU'}, 'Answer: 2.4 mU', 'correct'),
    ('number', {'answer': '5', 'unit': 'mg'}, 'Answer: 5 MG', 'correct'),
    ('number', {'answer': '2.4', 'unit': 'mIU/L'}, 'Answer: 2.4 MIU/L', 'wrong'),
    ('number', {'answer': '5', 'unit': 'mg'}, 'Answer: 5 Mg', 'wrong'),
    ('number', {'answer': '2400000', 'unit': 'units'}, 'Answer: 2.4 million units', 'correct'),
    ('number', {'answer': '-5'}, 'So x = -\\boxed{5}', 'correct'),
    ('number', {'answer': '5'}, 'So x = -\\boxed{5}', 'wrong'),
    ('number', {'answer': '58'}, 'Answer: 57\n\nWait, I made a mistake. The answer is 58.', 'correct'),
    ('number', {'answer': '58'}, 'Let me see.\n**Answer**\n58', 'correct'),
    ('number', {'answer': '58'}, '**Final Answer**: The final answer is $\\boxed{58}$', 'correct'),
    ('number', {'answer': '7', 'precision': 1}, 'Answer: 6.75', 'correct'),
    ('number', {'answer': '7'}, 'Answer: 6.75', 'wrong'),
    ('amount', {'answer': '7'}, 'Answer: 6.75', 'wrong'),
    ('amount', {'answer': '6.75'}, 'Answer: 7', 'wrong'),
    ('amount', {'answer': '812.50'}, 'Answer: 813', 'wrong'),
    ('amount', {'answer': '813'}, 'Answer: 812.50', 'wrong'),
    ('amount', {'answer': '813', 'precision': 1}, 'Answer: 812.50', 'correct'),
    ('amount', {'answer': '160'}, 'Answer: 160 furlong', 'wrong'),
    ('amount', {'answer': '0.75', 'unit': '$'}, 'Answer: $.75', 'correct'),
    ('amount', {'answer': '75', 'unit': '$'}, 'Answer: $.75', 'wrong'),
    ('amount', {'answer': '.5 million'}, 'Answer: .5 million', 'correct'),
    ('amount', {'answer': '5 million'}, 'Answer: .5 million', 'wrong'),
    ('number', {'answer': '300', 'unit': 'mg'}, 'Answer: 300 mg for 3 days', 'no_answer'),
    ('number', {'answer': '300', 'unit': 'mg'}, 'Answer: 300 mg per day', 'wrong'),
    ('number', {'answer': '300', 'unit': 'mg'}, 'Answer: 300 mg (per day)', 'wrong'),
    ('number', {'answer': '58'}, '<answer>58</answer>', 'correct'),
    ('number', {'answer': '58'}, '<answer>\n58\n</answer>', 'correct'),
    ('number', {'answer': '58'}, '<think>58', 'no_answer'),
    ('number', {'answer': '58'}, '答案：58', 'correct'),
    ('number', {'answer': '58'}, '因此答案是58。', 'correct'),
    ('number', {'answer': '58'}, 'Antwort: 58', 'correct'),
    ('number', {'answer': '58'}, 'If I had erred the answer is 57. In truth the answer is 58.', 'correct'),
    ('number', {'answer': '1/2'}, 'Answer: 0.5', 'correct'),
    ('number', {'answer': '3.5'}, 'Answer: 3,5', 'correct'),
    ('number', {'answer': '58'}, 'Answer: 5 8', 'no_answer'),
    ('number', {'answer': '58'}, 'Answer: 57 or 58', 'no_answer'),
    ('number', {'answer': '58'}, 'Answer: $58$.', 'correct'),
    ('number', {'answer': '58'}, 'Answer: \\(58\\)', 'correct'),
    ('number', {'answer': '5000'}, 'Answer: 5 thousand', 'correct'),
    ('number', {'answer': '58'}, 'Answer: 58 %', 'wrong'),
    ('number', {'answer': '58'}, 'Hello!\n\nFinal Answer - 58', 'correct'),
    ('number', {'answer': '-58'}, 'Final Answer: -58', 'correct'),
    ('number', {'answer': '58'}, 'Answer -> 58', 'correct'),
]  # fmt: skip


@pytest.mark.parametrize(("verifier", "asked", "said", "status"), NUMBERS)
def test_a_number_is_what_is_written(verifier: str, asked: dict[str, Any], said: str, status: str) -> None:
    check = VERIFIERS[verifier](problem(**asked), said)
    assert check.status == status, check.reason


EXPRESSIONS = [
    ('2\\sqrt{3}', '$2\\sqrt3$', 'correct'),
    ('x \\ge 2', '[2, ∞)', 'correct'),
    ('(2,3)', '(2, 3)', 'correct'),
    ('5', '$x=5$', 'correct'),
    ('3x+2y=6', '6x + 4y = 12', 'correct'),
    ('50%', '0.5', 'correct'),
    ('1,2,3', '1, 2, 3', 'correct'),
    ('6\\sqrt(5)', '6', 'not correct'),
    ('6\\sqrt{5}', '6', 'not correct'),
    ('6', '6\\sqrt(5)', 'not correct'),
    ('6\\sqrt{5}', '6\\sqrt(5)', 'correct'),
    ('3\\frac(1)(2)', '3', 'not correct'),
    ('7/2', '3\\frac(1)(2)', 'correct'),
    ('5\\cdot\\sqrt[3](2)', '5', 'not correct'),
    ('5\\sqrt[3]{2}', '5\\cdot\\sqrt[3](2)', 'correct'),
    ('52_8', '52_3', 'not correct'),
    ('52_8', '52_8', 'correct'),
    ('52_8', '52_{8}', 'correct'),
    ('1010_2', '1010_{2}', 'correct'),
    ('52_8', '53_8', 'wrong'),
    ('x = 7', 'y = 7', 'wrong'),
    ('x = 7', 'x = 7', 'correct'),
    ('x=7', '7', 'correct'),
    ('7', 'x = 7', 'correct'),
    ('1-1/e', '1 + 1/\\mathrm{e}', 'wrong'),
    ('1+1/e', '1 + 1/\\mathrm{e}', 'correct'),
    ('1-\\frac{1}{e}', '1 - 1/\\mathrm{e}', 'correct'),
    ('(-3,7)', '-3 < x < 7', 'correct'),
    ('[-3,7)', '-3 \\le x < 7', 'correct'),
    ('(-3,7)', '-3 \\le x < 7', 'wrong'),
    ('(3,\\infty)', 'x > 3', 'correct'),
    ('(-\\infty,3]', 'x \\leq 3', 'correct'),
    ('-3 < x < 7', '(-3,7)', 'correct'),
    ('(-\\infty,1)\\cup(2,\\infty)', 'x < 1 or x > 2', 'correct'),
    ('(-3,7)', 'x \\in (-3, 7)', 'correct'),
    ('y = 2x + 1', '2x - y + 1 = 0', 'correct'),
    ('y = 2x + 1', '4x - 2y + 2 = 0', 'correct'),
    ('y = 2x + 1', '2x - y - 1 = 0', 'wrong'),
    ('y=2x+1', '2x+1', 'correct'),
    ('2x-y+1=0', 'y = 2x + 1', 'correct'),
    ('10,\\!080', '10080', 'correct'),
    ('10080', '10,\\!080', 'correct'),
    ('10080', '10{,}080', 'correct'),
    ('10080', '10\\,080', 'correct'),
    ('3:45', '3:45', 'correct'),
    ('3{:}45 \\text{ p.m.}', '3:45 pm', 'correct'),
    ('3:45 p.m.', '3:45 a.m.', 'wrong'),
    ('5\\text{ cm}', '5', 'correct'),
    ('5', '5 \\text{ cm}', 'correct'),
    ('5 \\text{ cm}', '5 cm', 'correct'),
    ('5\\text{ cm}', '5\\text{ m}', 'wrong'),
    ('90^\\circ', '90', 'correct'),
    ('\\$5', '5', 'correct'),
    ('\\text{no solution}', 'no solution', 'correct'),
    ('\\text{odd}', 'even', 'wrong'),
    ('no solution', '5', 'wrong'),
    ('2/3', '.6666666666666667', 'correct'),
    ('1/3', '0.333333', 'wrong'),
    ('0.5', '\\frac12', 'correct'),
    ('\\{1,2\\}', '{1, 2}', 'correct'),
    ('1,2', '2,1', 'correct'),
    ('\\sqrt[3]{2}', '∛2', 'correct'),
    ('\\frac{\\pi}{4}', 'π/4', 'correct'),
    ('\\begin{pmatrix}1\\\\2\\end{pmatrix}', '\\begin{pmatrix}1\\\\2\\end{pmatrix}', 'correct'),
    ('\\begin{pmatrix}1\\\\2\\end{pmatrix}', '\\begin{pmatrix}1\\\\3\\end{pmatrix}', 'wrong'),
    ('x^2+1', '1+x^2', 'correct'),
    ('x^2+1', 'x^2', 'wrong'),
    ('2\\sqrt{3}+1', '2\\sqrt{3}', 'wrong'),
    ('8\\pi', '8', 'wrong'),
    ('8', '8\\pi', 'wrong'),
    ('3+2i', '3', 'wrong'),
    ('3', '3+2i', 'wrong'),
    ('\\frac{3}{4}x', '\\frac{3}{4}', 'wrong'),
    ('12', '12\\text{ and }13', 'not correct'),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "said", "status"), EXPRESSIONS)
def test_an_expression_is_compared_whole(gold: str, said: str, status: str) -> None:
    check = expression(problem(gold), f"Answer: {said}")
    assert (check.status != "correct") if status == "not correct" else check.status == status, check.reason


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("Answer: 58", "the answer line"),
        ("<answer>58</answer>", "the answer tags"),
        ("So \\boxed{58}", "the box"),
        ("So the answer is 58.", "a closing sentence"),
        ("Mixing 40 and 18 gives a total of 58.", "the conclusion"),
    ],
)
def test_a_check_names_the_stage_that_it_was_read_in_and_a_stage_can_be_switched_off(said: str, where: str) -> None:
    with reading(ALL):
        check = number(problem("58"), said)
    assert check.status == "correct" and where in check.reason
    with reading(frozenset()):
        assert number(problem("58"), said).status == "no_answer"


def test_rewards_read_what_was_written_as_an_answer_alone() -> None:
    with reading(STRICT):
        assert number(problem("58"), "So the answer is 58.").status == "no_answer"
        assert number(problem("58"), "So \\boxed{58}").status == "correct"
        assert choice(problem("Heparin", options=OPTIONS), "It is heparin.").status == "no_answer"


RIGHT = [
    "Answer: B",
    "**Answer:** (B) Zika virus",
    "So \\boxed{B}",
    "<answer>B</answer>",
    "The answer is B.",
    "B. Zika virus",
]
THOUGHTS = [
    "<think>Perhaps Answer: {}. No.</think>\n", "<think>\nAnswer: {}\n</think>\n\n", "It may be {}.\nAnswer: {}</think>\n",
    "[THINK]The answer is {}[/THINK]\n", "<|channel|>analysis<|message|>Answer: {}<|end|><|channel|>final<|message|>",
    "## Thinking\n\nAnswer: {}\n\n## Final Response\n\n",
]  # fmt: skip
REMARKS = [
    "", "\nSome colleagues would say that the answer is {}.", "\nOption {} is incorrect.", "\nThe patient believes that it is {}.",
    "\nIf he were younger, the correct answer would be {}.", "\n{} can be ruled out.",
]  # fmt: skip
GREETINGS = ["", "Hello! ", "Sure, happy to help.\n\n", "Great question!\n"]


@given(
    st.sampled_from(RIGHT), st.sampled_from(["", *THOUGHTS]), st.sampled_from(REMARKS), st.sampled_from(GREETINGS),
    st.sampled_from("ACDE"),
)  # fmt: skip
def test_a_thought_a_remark_and_a_greeting_never_make_another_answer(
    right: str, thought: str, remark: str, greeting: str, other: str
) -> None:
    # "B. Zika virus" must begin its line to be an answer
    front = greeting if greeting.endswith("\n") or not right.startswith("B") else ""
    said = thought.replace("{}", other) + front + right + remark.replace("{}", other)
    assert read_choice(OPTIONS, said) == "Zika virus"


@given(
    st.sampled_from([t for t in THOUGHTS]),
    st.integers(0, 999),
    st.sampled_from(["Answer: 58", "\\boxed{58}", "The answer is 58."]),
)
def test_a_thought_is_never_the_number_that_answers(thought: str, other: int, right: str) -> None:
    assert number(problem("58"), thought.replace("{}", str(other)) + right).status == "correct"


@pytest.mark.parametrize("opening", ["<think>", "<thinking>", "[THINK]", "<|begin_of_thought|>"])
def test_a_thought_that_is_cut_is_no_answer(opening: str) -> None:
    assert number(problem("58"), f"{opening} Answer: 58").status == "no_answer"


def test_figures_in_free_text_are_judged_as_people_judged_them(shared_data: Path) -> None:
    path = shared_data / "finance" / "financebench_judged.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with reading(ALL):
        accepted = [amount(_financebench(row), row["response"]).status == "correct" for row in rows]
    right = [row["label"] == "Correct Answer" for row in rows]
    both = sum(a and b for a, b in zip(accepted, right, strict=True))
    # seen: 58 accepted, all of them right (95 % interval of the precision .938 to 1), of 71 right ones
    assert both / sum(accepted) >= 0.97 and both / sum(right) >= 0.75


def _financebench(row: dict[str, Any]) -> Problem:
    """The problem of a row, with the unit and the rounding that its question asks for."""
    asked = row["question"]
    unit = next(
        (f"USD {scale}" for scale in ("thousand", "million", "billion") if re.search(rf"{scale}s?\b", asked)), None
    )
    places = next((n for n, word in enumerate(("one", "two", "three"), 1) if f"{word} decimal" in asked), None)
    step = 10.0**-places if places else 1.0 if unit or isinstance(row["gold"], int) else None
    precision = step / 100 if step and "percent" in asked else step
    return problem(repr(row["gold"]), unit, asked, tolerance=0.002, precision=precision)
