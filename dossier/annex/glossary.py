"""The words of the dossier's page. docs/glossary.md says the same of each, and a test holds the two together."""

from __future__ import annotations

from typing import Final

from dossier.form.dossier import DossierLine, StatementTable
from dossier.lines.saying import said

PAGE_WORDS: Final = {
    "launch": "the period once, such as one morning; simulated launches differ in their chance alone",
    "forecast": "many launches, simulated",
    "replay": "a part of one launch, sent to a service over the network in real time",
    "stand-in": "a mock service made of the same model as the forecast; it shows that the test works",
    "run": "one rehearsal, and the folder that keeps it",
    "random numbers": "what chance is drawn from; the same ones give the same people and the same luck",
    "promise": "a limit that the launch is to keep; engineers call it an objective",
    "met, missed": "kept, broken, by the rule of the verdict; ninety-five per cent certain where chance decides",
    "not enough evidence": "neither is sure: more launches, or another kind of evidence, would tell",
    "typical launch": "the middle of all launches, figure by figure",
    "worst launch": "the worst of all launches, figure by figure",
    "at least, at most so many in a hundred": "the exact ninety-five per cent interval of a share of launches",
    "bad launch": "a launch in which a promise is broken",
    "withstands": "every promise is kept although something fails",
    "full": "nearly all that a part of the service has to work with is at work",
    "option": "one way to launch, simulated beside the others with the same people and the same luck",
    "guess": "an assumption for which the notes name no source",
    "trigger": "what is seen that stops a launch or rolls it back",
    "false alarm": "a trigger that comes true in a launch that keeps every promise",
    "hazard": "something that may come to harm a patient",
    "control": "what prevents a hazard, or lessens its effect",
    "residual risk": "what remains of a hazard's risk with its control",
    "not stated": "nobody has typed it",
    "NOT MODELLED": "the scenario knows nothing of it, so nothing is said",
}


def glossary_line() -> DossierLine:
    """The words, with what each means."""
    rows = [[said(word), said(meaning)] for word, meaning in PAGE_WORDS.items()]
    return DossierLine("glossary", "Glossary", [], StatementTable(["word", "meaning"], rows))
