// Tool, modify and restore cards: from blank to use, and what they do at a meter.
#include "cos-apdu/fieldcards/field_card.h"
#include "cos-apdu/fieldcards/issue.h"
#include "cos-apdu/fieldcards/meter_visit.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/tear/sequences.h"

namespace tear {

namespace {

using card::layout::LifeCycle;
using card::layout::Part;
using card::layout::TargetState;
using card::layout::ToolSubtype;
using derivation::CardKind;
namespace field = card::fieldcards;

constexpr base::FixedBytes<4> kToday = {0x20, 0x26, 0x07, 0x15};
constexpr Byte kParameters = 0x01;
constexpr std::uint64_t kBlankNumber = 8;

constexpr std::size_t kFieldCard = 0;
constexpr std::size_t kEsam = 1;

Sequence issue(std::string name, CardKind kind, ToolSubtype subtype, std::vector<Part> parts) {
  test::Card blank(county(), derivation::Serial8::of(kind, kBlankNumber));
  const auto package =
      test::field_package(blank, test::usual_grant(county(), subtype), std::move(parts));
  const auto life_cycle = [](Table& table) {
    return card::layout::decode_card_status(card::get_card_status(table.session(kFieldCard)))
        .life_cycle;
  };
  return scripted(std::move(name), {placed("blank", blank)}, [package, life_cycle](Table& table) {
    return Steps{[&table, package] { field::issue_field_card(table.session(kFieldCard), package); },
                 [&table, life_cycle] { return ending_if(life_cycle(table) == LifeCycle::kInUse); },
                 [&table, package](Ending ending, Findings& findings) {
                   if (ending == Ending::kDidNotHappen) return;
                   findings.expect(field::read_grant(table.session(kFieldCard)) == package.grant,
                                   "another grant");
                 }};
  });
}

// The county's list says done when the tag of the meter is on it.
Sequence visit(std::string name, CardKind kind, const test::Card& esam, std::vector<Part> parts,
               std::function<bool(card::Session& esam)> took_effect) {
  const auto carrier =
      test::issue_field_card(county(), kind, test::usual_grant(county()), std::move(parts));
  const auto target = [](Table& table) {
    return field::read_targets(table.session(kFieldCard)).front();
  };
  return scripted(
      std::move(name), {placed("field card", *carrier), placed("ESAM", esam)},
      [target, took_effect = std::move(took_effect)](Table& table) {
        return Steps{
            [&table] {
              field::serve_meter(table.session(kFieldCard), table.session(kEsam), kToday);
            },
            [&table, target] { return ending_if(target(table).state == TargetState::kDone); },
            [&table, target, took_effect](Ending ending, Findings& findings) {
              const bool effect = took_effect(table.session(kEsam));
              const auto used = field::read_use_counters(table.session(kFieldCard)).used;
              findings.expect(used <= 1, "one visit was counted twice");
              if (ending == Ending::kDidNotHappen) {
                findings.expect(!effect || target(table).state == TargetState::kHandedOut,
                                "the meter took what the card never gave");
                return;
              }
              findings.expect(effect, "the card says done, the meter does not");
              findings.expect(target(table).tag == field::get_audit_tag(table.session(kEsam)),
                              "the tag of another state");
            }};
      });
}

Sequence parameters(const test::Card& esam) {
  const auto tool = test::issue_field_card(county(), CardKind::kTool,
                                           test::usual_grant(county(), ToolSubtype::kParameter));
  return scripted(
      "a parameter card at a meter", {placed("tool card", *tool), placed("ESAM", esam)},
      [](Table& table) {
        const auto in_meter = [&table] {
          return card::read_file(table.session(kEsam), kParameters);
        };
        return Steps{
            [&table] {
              const auto proved =
                  field::present_tool(table.session(kFieldCard), table.session(kEsam), kToday);
              field::apply_parameters(table.session(kEsam), proved);
            },
            [in_meter] { return ending_if(base::equal(in_meter(), test::counted_data())); },
            [&table, in_meter](Ending ending, Findings& findings) {
              const Bytes nothing(test::counted_data().size());
              findings.expect(ending == Ending::kHappened || in_meter() == nothing,
                              "half of the parameters");
              const auto used = field::read_use_counters(table.session(kFieldCard)).used;
              findings.expect(used <= 1, "one visit was counted twice");
            }};
      });
}

Sequence reading(const test::Card& esam) {
  const auto tool = test::issue_field_card(county(), CardKind::kTool,
                                           test::usual_grant(county(), ToolSubtype::kReading));
  const card::layout::Reading taken{.terminal = test::kMeterTerminal,
                                    .at = test::kNoon,
                                    .energy = 123456,
                                    .money = base::Amount::fen(7890),
                                    .sessions = 12};
  return scripted(
      "a reading card at a meter", {placed("tool card", *tool), placed("ESAM", esam)},
      [taken](Table& table) {
        const auto kept = [&table] { return field::read_readings(table.session(kFieldCard)); };
        return Steps{[&table, taken] {
                       field::present_tool(table.session(kFieldCard), table.session(kEsam), kToday);
                       field::append_reading(table.session(kFieldCard), taken);
                     },
                     [kept] { return ending_if(!kept().empty()); },
                     [kept, taken](Ending ending, Findings& findings) {
                       if (ending == Ending::kDidNotHappen) return;
                       findings.expect(kept() == std::vector{taken}, "readings");
                     }};
      });
}

}  // namespace

std::vector<Sequence> field_sequences() {
  const auto esam = test::issue_esam(county());
  const auto keys = parts_of(test::key_package(*esam));
  const std::vector<Part> order{test::restore_part(*esam, 1)};
  return {
      issue("issue a tool card", CardKind::kTool, ToolSubtype::kParameter, {}),
      issue("issue a modify card", CardKind::kModify, ToolSubtype::kNone, keys),
      issue("issue a restore card", CardKind::kRestore, ToolSubtype::kNone, order),
      parameters(*esam),
      reading(*esam),
      visit("a modify card at a meter", CardKind::kModify, *esam, keys,
            [](card::Session& module) {
              return card::get_key_info(module, test::Purpose::kPurchase)->version == 2;
            }),
      visit("a restore card at a meter", CardKind::kRestore, *esam, order,
            [](card::Session& module) {
              return !card::get_key_info(module, test::Purpose::kPurchase).has_value();
            }),
  };
}

}  // namespace tear
