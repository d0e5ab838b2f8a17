"""What the simulated dairy asks: 22 statements on service quality, 12 features for Kano's pairs."""

import pandas as pd

__all__ = ["ITEMS", "KANO_FEATURES"]

# dimension, item, mean expectation (1 to 7), how its gap differs from its dimension's.
ITEMS = pd.DataFrame(
    [
        ("tangibles", "The delivery vans are clean and modern", 5.0, 0.2),
        ("tangibles", "The bottles and boxes look good", 5.4, 0.0),
        ("tangibles", "The delivery staff are neatly dressed", 5.1, 0.3),
        ("tangibles", "The app and the order forms are clear", 5.7, -0.5),
        ("reliability", "Deliveries come on the day that was promised", 6.5, -0.3),
        ("reliability", "The order is complete and as I placed it", 6.4, -0.1),
        ("reliability", "The products arrive fresh and cold", 6.7, 0.3),
        ("reliability", "The invoice is right", 6.4, 0.4),
        ("reliability", "A problem is put right the first time", 6.2, -0.3),
        ("responsiveness", "I'm told exactly when the delivery comes", 6.1, -0.4),
        ("responsiveness", "Changes to an order are quick and easy", 6.0, 0.0),
        ("responsiveness", "The staff are always willing to help", 5.9, 0.3),
        ("responsiveness", "Complaints are answered within a day", 6.2, 0.1),
        ("assurance", "I trust the quality of the milk", 6.6, 0.1),
        ("assurance", "I feel safe paying through the app", 6.3, 0.1),
        ("assurance", "The staff are courteous", 5.9, 0.2),
        ("assurance", "The staff know the products", 5.6, -0.4),
        ("empathy", "The dairy knows what our household needs", 5.2, -0.3),
        ("empathy", "Delivery hours suit our day", 6.0, -0.3),
        ("empathy", "The driver takes a personal interest in us", 4.6, 0.5),
        ("empathy", "The dairy has our best interests at heart", 5.1, 0.0),
        ("empathy", "Offers fit the people in our household", 4.9, 0.1),
    ],
    columns=["dimension", "item", "expectation", "offset"],
)

# feature, the category that most respondents' answers give it.
KANO_FEATURES = {
    "Milk is cold on arrival": "M",
    "Bottles are sealed": "M",
    "Correct invoice every month": "M",
    "Delivery within a one-hour window": "O",
    "Fresher than the supermarket's": "O",
    "Low price per litre": "O",
    "A new cheese to taste each month": "A",
    "Photos of the farm that the milk is from": "A",
    "Delivery on Sunday": "A",
    "Choice of bottle shape": "I",
    "Delivery van in the house's colours": "I",
    "A call after every delivery": "R",
}
