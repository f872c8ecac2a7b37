"""Who takes part in the rehearsal, what they type, and which cards they hold."""

PIN = "739164"
ROLLS = "36251461523463215546213365421165344152632514362514362"

# The order is the plan's: role, name, where a leader's component comes from.
PEOPLE = [
    ("administrator-1", "陈洁", None),
    ("internal-witness-1", "杨敏", None),
    ("external-witness-1", "黄宇", None),
    ("safe-controller-1", "徐平", None),
    ("leader-1", "张伟", "words"),
    ("leader-2", "王芳", "dice"),
    ("leader-3", "李娜", "card"),
    ("leader-4", "刘洋", "card"),
    ("officer-1", "赵磊", None),
    ("officer-2", "孙丽", None),
]

ROLE_CARDS = {"administrator-1": "role-1", "internal-witness-1": "role-2", "officer-1": "role-3",
              "officer-2": "role-4", "external-witness-1": "role-5", "safe-controller-1": "role-6"}

KIND_BYTES = {
    "stock": 0x20, "leader": 0x21, "role": 0x22, "master-mother": 0x23, "master-control": 0x24,
    "provincial-mother": 0x25, "provincial-control": 0x26, "county-mother": 0x27, "county-control": 0x28,
    "user-mother": 0x29, "user-control": 0x2A, "psam": 0x2B, "esam": 0x2C, "user": 0x40,
}

WORDS = {"plan": "PLAN", "clock": "TIME", "room": "ROOM", "present": "PRESENT", "fingerprint": "SAME",
         "value": "MINE", "values": "EQUAL", "opened": "OPEN", "taken": "LOCKED"}


def serial(kind, number):
    """Eight bytes as the programs print them: the kind, then the number."""
    return f"{KIND_BYTES[kind]:02X}{number:014X}"


def card_of(person):
    """The card file of a person of the plan."""
    role, number = person.rsplit("-", 1)
    return person if role == "leader" else ROLE_CARDS[f"{role}-{number}"]


def two_persons():
    """What issuance asks first at everything that counts."""
    return [("person-1", "E1001"), ("person-2", "E1002")]


def pins(*stems):
    """A PIN that exists and a new one, for the questions of these cards."""
    return [(f"{stem}.pin{again}", PIN) for stem in stems for again in ("", ".again")]


def ceremony_answers(plan, words):
    """Every answer of a scripted ceremony; `words` are the twenty of the leader who types them."""
    answers = [("approval.by", "external-witness-1")]
    for name, card in plan["cards"].items():
        answers += pins(name)
        answers += [(f"{name}.bag", card["bag"]), (f"{name}.seal", card["bag"] + "-B")]
    for person, _, source in PEOPLE:
        answers += [(f"{person}.{about}", word) for about, word in WORDS.items()]
        if source == "dice":
            answers += [(f"{person}.dice", ROLLS), (f"{person}.again.dice", ROLLS)]
        if source == "words":
            for number, word in enumerate(words, 1):
                answers += [(f"{person}.word-{number:02}", word), (f"{person}.again.word-{number:02}", word)]
    return answers
