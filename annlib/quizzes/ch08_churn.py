"""Questions of chapter 8: about practice, so that every answer holds for simulated and for real customers."""

import numpy as np

from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

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
            veils=2,
        ),
        Prediction(
            Choice(
                "ch08-dropout",
                "We try dropout rates from none to 0.4, on networks with 4, with 32, and with 64 and 64 "
                "hidden units. What will the search find?",
                (
                    Option(
                        "One best rate for all of them",
                        "A rate has no meaning without its network: to lose four in ten of 4 units is not "
                        "the same as to lose four in ten of 64.",
                    ),
                    Option(
                        "The more units, the more dropout it bears",
                        "A small network needs every unit; a large one has units to spare, and learns by "
                        "heart without dropout.",
                        right=True,
                    ),
                    Option(
                        "The fewer units, the more dropout it needs",
                        "Dropout works against learning by heart, and a small network cannot learn much by "
                        "heart. It only loses what it has.",
                    ),
                    Option(
                        "The more dropout, the better, for all",
                        "Then the best network would drop everything. Each unit that is left out is also "
                        "missing.",
                    ),
                ),
            ),
            "And whether any dropout is needed at all is found by trying as well: none is one of the rates.",
            veils=2,
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
            section=True,
        ),
        Prediction(
            Choice(
                "ch08-importance",
                "One column at a time is shuffled among the customers. Which two will cost the network most?",
                (
                    Option(
                        "Balance and salary: where there is much money there is much to lose",
                        "A good story. The figures above showed what parts leavers from others, and it was "
                        "not the money.",
                    ),
                    Option(
                        "Age and the number of products",
                        "The hill over age and the bend over products are what parts leavers from others.",
                        right=True,
                    ),
                    Option(
                        "Credit score and credit card: banks rely on them",
                        "They do, for loans. Who leaves has little to do with them.",
                    ),
                    Option(
                        "Country and gender",
                        "They do cost something. But within each of them the customers differ far more.",
                    ),
                ),
            ),
            "Shuffling shows what the *network* leans on. It does not show what moves the customers.",
            veils=4,
        ),
        Prediction(
            Choice(
                "ch08-fair",
                "In Germany more customers leave. One threshold for all: which customers who *stay* will get "
                "the most letters in vain?",
                (
                    Option(
                        "Those in all countries alike: the threshold is the same",
                        "The threshold is the same, the chances are not: where more leave, the chances are "
                        "higher, and more of those who stay lie above the threshold too.",
                    ),
                    Option(
                        "Those in France: there are most customers",
                        "Most letters in *number*, perhaps. But we ask how many of 100 who stay.",
                    ),
                    Option(
                        "Those in Germany",
                        "A group in which more leave gets higher chances, those who stay included.",
                        right=True,
                    ),
                ),
            ),
            "The network is calibrated in both groups, and still its mistakes fall on one of them more "
            "often.",
            veils=3,
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
                    f"{100 * accuracy:.0f}% accuracy, one point more than all stay",
                    f"Right are 880 and 30 of 1000, and all stay is right for {1000 * all_stay:.0f}.",
                    right=True,
                ),
                Option(
                    f"{100 * accuracy:.0f}% accuracy, so nearly all who leave are caught",
                    "The accuracy is right, the conclusion is not: of 100 who leave, 70 are missed.",
                ),
                Option(
                    "60% accuracy, because 30 of 50 alarms were right",
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
        Number(
            "ch08-cost",
            "Another bank: a false alarm costs 10, a miss costs 40. From which predicted chance on should it "
            "write?",
            10 / (10 + 40),
            "Set both sides equal: (1 − p) times the cost of a false alarm, and p times the cost of a miss.",
            mistakes=(
                Mistake(10 / 40, "You divided by the cost of a miss. Divide by the *sum* of both costs."),
                Mistake(40 / 50, "Turned around: this would be right if the false alarm were the dear one."),
                Mistake(0.5, "One half is right only where both mistakes cost the same."),
            ),
            why="At this chance both sides cost the same: 0.8 × 10 = 0.2 × 40.",
        ),
        Choice(
            "ch08-cross-validation",
            "Why are encoder and scaler fitted anew in each round of the cross-validation?",
            (
                Option(
                    "To save time: each round has fewer rows",
                    "Fitting them once would be faster. It is done because it is right.",
                ),
                Option(
                    "So that the third that judges has told nothing to what it judges",
                    "Whatever is fitted, is fitted on the other two thirds. A pipeline sees to it.",
                    right=True,
                ),
                Option(
                    "So that each round has columns of mean zero",
                    "The third that judges has a mean *near* zero only, and that is as it should be.",
                ),
            ),
        ),
        Choice(
            "ch08-resample",
            "The leavers of the training part are copied until both groups are equal. What happens to the "
            "predicted chances of new customers?",
            (
                Option(
                    "They become better: the network finally sees enough leavers",
                    "It sees the same leavers several times. The order of the customers hardly changes.",
                ),
                Option(
                    "Nothing, as the test customers are as they were",
                    "The test customers are, and the network is not: it has learned that half of all leave.",
                ),
                Option(
                    "They become too high, so the threshold from the costs is wrong for them",
                    "The chances no longer fit a bank in which one in five leaves.",
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
