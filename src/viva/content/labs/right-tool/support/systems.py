"""Twelve systems; which of the words "ai", "ml", "dl" and "genai" apply to each?

"ai": does a task that takes judgement when people do it. "ml": its behaviour is learnt from data. "dl":
learnt by networks of many layers. "genai": what it puts out is new text, pictures or sound, not a label
or a number.
"""

SYSTEMS = {
    "chess": "A chess program that searches moves and scores positions by hand-written rules",
    "desk-rules": "Tickets routed to teams by if-then rules that the service desk wrote",
    "spam": "Spam found by logistic regression on word counts",
    "prices": "House prices estimated by gradient-boosted trees",
    "pets": "Cats told from dogs by a convolutional network of 50 layers",
    "defects": "Scratches on steel found by a fine-tuned vision transformer",
    "chat": "Questions answered in sentences by a large language model",
    "pictures": "Pictures drawn to a description by a diffusion model with a deep network",
    "groups": "Customers grouped by k-means on their purchases",
    "bigrams": "New ticket texts drawn from a table of word pairs counted in old tickets",
    "route": "The best route for a robot found by A* on a map",
    "column": "The sum of a column in a spreadsheet",
}
