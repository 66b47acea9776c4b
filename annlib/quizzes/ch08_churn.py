"""Questions of chapter 8: about practice, so that every answer holds for simulated and for real customers."""

import numpy as np

from annlib.quizzes import Choice, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _predictions() -> tuple[Prediction, ...]:
    false_alarm, missed = 20, 180
    threshold = false_alarm / (false_alarm + missed)
    return (
        Prediction(
            Choice(
                "ch08-age",
                "Which of these customers leave most often?",
                (
                    Option(
                        "Those up to 30: the young change their bank easily",
                        "A good story, and the table does not tell it: few of the young leave.",
                    ),
                    Option(
                        "Those between 36 and 40",
                        "They leave more often than the young, but less often than all customers together.",
                    ),
                    Option("Those between 51 and 55", "Here the hill of leaving has its top.", right=True),
                    Option(
                        "Those above 70: the older, the more often",
                        "The share does rise with age, but only to a point. Then it falls again, far down.",
                    ),
                ),
            ),
            "Leaving rises with age, and falls again. A rule with *one* weight for age can only rise or only "
            "fall.",
            veils=2,
        ),
        Prediction(
            Choice(
                "ch08-all-stay",
                "A program reads no column at all and says of everyone: stays. How often is it right?",
                (
                    Option(
                        "Never: it has learned nothing",
                        "It has learned nothing, but it is not always wrong: whoever stays, it has right.",
                    ),
                    Option(
                        "Of ten customers about five",
                        "That would be a coin. This program profits from there being more who stay.",
                    ),
                    Option(
                        "Of ten customers about eight",
                        "It is right for everyone who stays, and that is four of five.",
                        right=True,
                    ),
                ),
            ),
            "So an accuracy of eight in ten is where a model *begins*. It is no praise.",
            veils=1,
        ),
        Prediction(
            Choice(
                "ch08-line",
                "Logistic regression is one neuron with a sigmoid. It gets the ten columns as they are. How "
                "will it do beside the network, measured by the area under the ROC curve, where 0.5 is "
                "guessing and 1 is perfect?",
                (
                    Option(
                        "Far behind, by more than 0.05",
                        "Think of age: a hill. One neuron can only go up or down along it.",
                        right=True,
                    ),
                    Option(
                        "Hardly behind: ten columns are not much",
                        "It is not the number of columns. Age is a hill, and one neuron has one slope.",
                    ),
                    Option(
                        "Ahead, because it cannot overfit so easily",
                        "With thousands of customers overfitting is the smaller evil here. What it cannot "
                        "express, it cannot learn.",
                    ),
                    Option(
                        "It can do no better than guessing",
                        "It can: leaving does rise with age for most of the customers, and a slope catches "
                        "that.",
                    ),
                ),
            ),
            "A hidden layer bends the line. The next cells show what the bending is worth.",
            veils=1,
        ),
        Prediction(
            Choice(
                "ch08-threshold",
                f"A letter in vain costs {false_alarm}, a customer lost without a letter costs {missed}. "
                "From which predicted chance on should the bank write?",
                (
                    Option(
                        "From 0.5 on: more likely than not",
                        "That would be right if both mistakes cost the same. Here one costs nine times the "
                        "other.",
                    ),
                    Option(
                        "From about 0.9 on: only when it is nearly sure",
                        "That is the right number for the opposite case, where the letter is dear and the "
                        "customer cheap.",
                    ),
                    Option(
                        f"From about {threshold:.1f} on",
                        f"At this chance both sides cost the same: {1 - threshold:.1f} × {false_alarm} = "
                        f"{threshold:.1f} × {missed}.",
                        right=True,
                    ),
                ),
            ),
            "The threshold follows from the costs. We will see whether the validation customers agree.",
            veils=2,
        ),
    )


PREDICTIONS: dict[str, Prediction] = {
    prediction.name.removeprefix("ch08-"): prediction for prediction in _predictions()
}
"""The chapter's predictions, by name, in the order of the chapter."""


def _quiz() -> tuple[Question, ...]:
    matrix = np.array([[880, 20], [70, 30]])
    accuracy = np.trace(matrix) / matrix.sum()
    all_stay = matrix[0].sum() / matrix.sum()
    return (
        Choice(
            "ch08-order",
            "In which order?",
            (
                Option(
                    "Scale all customers, then split",
                    "Then mean and spread come from the test customers too: the model has heard of them.",
                ),
                Option(
                    "Split, then fit the scaler on the training part and use it on all parts",
                    "The training part alone decides what is done to everyone.",
                    right=True,
                ),
                Option(
                    "Split, then fit one scaler on each part",
                    "Then the same customer would become different numbers in different parts, and a single "
                    "new customer could not be scaled at all.",
                ),
            ),
        ),
        Choice(
            "ch08-matrix",
            "Of 900 who stayed, 20 were false alarms; of 100 who left, 30 were caught. What is true?",
            (
                Option(
                    f"{100 * accuracy:.0f} % accuracy, one point more than all stay",
                    f"Right are 880 and 30 of 1000, and all stay is right for {1000 * all_stay:.0f}.",
                    right=True,
                ),
                Option(
                    f"{100 * accuracy:.0f} % accuracy, so nearly all who leave are caught",
                    "The accuracy is right, the conclusion is not: of 100 who leave, 70 are missed.",
                ),
                Option(
                    "60 % accuracy, because 30 of 50 alarms were right",
                    "That is the *precision* of the alarms. Accuracy counts all right answers, of all "
                    "customers.",
                ),
            ),
        ),
        Choice(
            "ch08-identifiers",
            "A deep decision tree sees only the customer number, and is right for every training customer. "
            "Why?",
            (
                Option(
                    "Customer numbers are given out in the order of joining, so they carry information",
                    "Then it would also help for new customers. You saw that it does not.",
                ),
                Option(
                    "It is a fault of the tree; a network could not do that",
                    "A large network learns by heart as well. The fault is in what both were given.",
                ),
                Option(
                    "The number names the customer, so the tree has learned a list by heart",
                    "A list of names has nothing to say about a name that is not on it.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch08-auc",
            "A model has an AUC of 0.87. What does that mean?",
            (
                Option(
                    "It is right for 87 of 100 customers",
                    "That would be the accuracy, and it would need a threshold. AUC has none.",
                ),
                Option(
                    "Of one who leaves and one who stays, it gives the leaver more in 87 of 100 such pairs",
                    "AUC is about order: pairs put in the right order, ties counted half.",
                    right=True,
                ),
                Option(
                    "Those to whom it gives 0.87 leave in 87 of 100 cases",
                    "That would be *calibration*. A model can order perfectly and give numbers that are all "
                    "too high.",
                ),
            ),
        ),
        Choice(
            "ch08-which-part",
            "You try thresholds and want the cheapest. On which customers do you compare them?",
            (
                Option(
                    "The training customers: there are most of them",
                    "The network has seen their answers, and it looks better there than it is.",
                ),
                Option(
                    "The test customers: only they count",
                    "Whatever you choose on them, you have fitted to them; nothing is left that can tell you "
                    "how good the choice is.",
                ),
                Option(
                    "The validation customers",
                    "They were not trained on, and the test customers stay untouched.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch08-cause",
            "Customers with two products leave less often. The bank wants to give everyone a second product. "
            "What does the model say about that?",
            (
                Option(
                    "Nothing: it was not shown what happens when a product is *given*",
                    "Those who took a second one may have been content before. Only an experiment can tell.",
                    right=True,
                ),
                Option(
                    "That fewer will leave: change the column and look at the prediction",
                    "That shows what the *model* answers. Whether the customer changes is another question.",
                ),
                Option(
                    "That fewer will leave, if the AUC is high enough",
                    "No AUC helps: it says how well customers are put in order, as they come.",
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: churn")
