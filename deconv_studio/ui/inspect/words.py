"""What the rules do in a sentence, and what each method can and cannot show."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from deconv_studio.ui.actions import QT_TRANSLATE_NOOP

#: Rule, its name, and one line on what it does.
RULES = (
    (
        "auto",
        QT_TRANSLATE_NOOP("InspectWords", "By the network"),
        QT_TRANSLATE_NOOP("InspectWords", "Deconvnet where max pools lie below the layer, else guided."),
    ),
    (
        "deconvnet",
        QT_TRANSLATE_NOOP("InspectWords", "Deconvnet"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Back through the transposed filters; rectifiers cut what is negative on the way back, max pools "
            "put values where they came from.",
        ),
    ),
    (
        "guided",
        QT_TRANSLATE_NOOP("InspectWords", "Guided backpropagation"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "As deconvnet, and rectifiers also cut where the unit was off on the way forward.",
        ),
    ),
    (
        "gradient",
        QT_TRANSLATE_NOOP("InspectWords", "Plain gradient"),
        QT_TRANSLATE_NOOP(
            "InspectWords", "How the unit's value would change with each pixel, exactly; noisy to look at."
        ),
    ),
    (
        "gradcam",
        QT_TRANSLATE_NOOP("InspectWords", "Grad-CAM (for a class)"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Where in the chosen layer the evidence for a class is; choose the class among the scores.",
        ),
    ),
    (
        "occlusion",
        QT_TRANSLATE_NOOP("InspectWords", "Occlusion"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "A grey patch is moved over the picture; the map shows how much the unit falls where it lies.",
        ),
    ),
)

#: Heading and text of the help.
HELP = (
    (
        QT_TRANSLATE_NOOP("InspectWords", "What is shown"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "The network sees the picture once. A unit's map is its activity at every place. The "
            "reconstruction takes the activity at one place, sets all else to zero, and goes back through "
            "the same filters to pixels. Grey is zero; brighter and darker are more and less. It is no "
            "photograph of what the unit wants, but the part of this picture that reached it.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Deconvnet (Zeiler and Fergus 2014)"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Shows which pattern a unit answers to, tied to the picture by the switches of max pools. "
            "Without max pooling below the layer it does not depend on the picture at all: it shows the "
            "filters only, whatever is open. It cannot show what makes the unit weaker.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Guided backpropagation (Springenberg and others 2015)"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Sharp, and tied to the picture without any pooling. Much of the sharpness is the picture's own "
            "edges: it changes little when the weights above are shuffled, so it says where, and hardly "
            "why. Check it with \u201cRandomise from here up\u201d.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Plain gradient (Simonyan and others 2014)"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Exact for infinitely small changes of the pixels. It shows both what strengthens and what "
            "weakens. It does not show what matters as a whole: a saturated unit has no gradient.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Grad-CAM (Selvaraju and others 2017)"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Coarse evidence for a class at the size of the layer's maps. It passes the test with shuffled "
            "weights. It shows no detail, and it is no reconstruction.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Occlusion"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Measures instead of explaining: what really happens when a part is covered. It is slow, as "
            "coarse as its patch, and the grey patch is itself something the network may see.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Verify by occlusion"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Covers the half of the unit's field that the reconstruction shows most, then the half it "
            "shows least. A reconstruction that shows the cause makes the unit fall much more in the first "
            "case.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Randomise from here up"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Shuffles the weights of the layer and all above it, and reconstructs again (Adebayo and others "
            "2018). If both look alike, the picture shows the input's edges and not what the network "
            "learned.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("InspectWords", "Keys"),
        QT_TRANSLATE_NOOP(
            "InspectWords",
            "Arrows move among units and, in the strip, among layers; Ctrl+Up and Ctrl+Down go a layer back "
            "and on from anywhere. P pins, C copies the link, R goes to the next rule, V verifies, X "
            "randomises. The wheel zooms all views together, double click shows everything.",
        ),
    ),
)


def told(text: str) -> str:
    """A text of this module in the user's language."""
    return QCoreApplication.translate("InspectWords", text)


def explanation(rule: str) -> str:
    """One line on what a rule does."""
    return told(next(line for name, _, line in RULES if name == rule))
