"""What the twelve texts allow: the choices and the deciding facts that are accepted."""

CASES = {
    "k1": ({"rag"}, {"changes-often", "sources"}),
    "k2": ({"tune"}, {"form-not-facts"}),
    "k3": ({"prompt"}, {"fits-in-prompt"}),
    "k4": ({"tune"}, {"volume", "latency"}),
    "k5": ({"rag"}, {"erase"}),
    "k6": ({"tune+rag"}, {"facts-and-form"}),
    "k7": ({"prompt"}, {"few-examples"}),
    "k8": ({"none"}, {"exact-rule"}),
    "k9": ({"rag"}, {"sources"}),
    "k10": ({"tune"}, {"form-not-facts"}),
    "k11": ({"prompt"}, {"fits-in-prompt"}),
    "k12": ({"tune"}, {"form-not-facts", "latency"}),
}
# What one answer for all gets at best, by choice and reason together: it earns nothing.
BY_ROTE = 4
