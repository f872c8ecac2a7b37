// A rule can be taken away, to see that Spin then finds an error: in a search built with MUTANTS, the
// one whose number stands in the environment variable WITHOUT.
#ifdef MUTANTS
byte without;
#define TAKE_RULE_AWAY c_code { const char *text = getenv("WITHOUT"); now.without = text ? atoi(text) : 0; };
#define WITHOUT(rule) (without == rule)
#define RULE(rule, condition) (WITHOUT(rule) || (condition))
#define KEEPING(rule, act) if :: WITHOUT(rule) :: else -> act fi
#define IF_WITHOUT(rule, act) ; if :: WITHOUT(rule) -> act :: else fi
#else
#define TAKE_RULE_AWAY
#define RULE(rule, condition) (condition)
#define KEEPING(rule, act) act
#define IF_WITHOUT(rule, act)
#endif
