// Orders to cards in use: files, the next key version, a new ceiling, the erasing of a county's keys.
#include "cos-apdu/fieldcards/key_update.h"
#include "cos-apdu/layout/sam_files.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/tear/sequences.h"

namespace tear {

namespace {

using test::Purpose;

constexpr Byte kHolderFile = 0x16;
constexpr Byte kToolDataFile = 0x01;
constexpr Byte kNextVersion = 2;

Sequence file_by_order(std::string name, test::Card& card, Byte file) {
  const std::shared_ptr<test::Card> known = card.copy();
  const Bytes old_content = card::read_file(card.session(), file);
  const Bytes new_content(old_content.size(), 0x5A);
  return scripted(std::move(name), {placed("card", card)}, [=](Table& table) {
    return Steps{[&table, file, known, new_content] {
                   card::write_file(table.session(0), file, new_content, known->order_mac());
                 },
                 [&table, file, new_content] {
                   return ending_if(card::read_file(table.session(0), file) == new_content);
                 },
                 [&table, file, old_content](Ending ending, Findings& findings) {
                   findings.expect(ending == Ending::kHappened ||
                                       card::read_file(table.session(0), file) == old_content,
                                   "neither the old file nor the new one");
                 }};
  });
}

Byte version_of(Table& table) {
  return card::layout::decode_card_status(card::get_card_status(table.session(0))).version;
}

// Staged one by one, and active all together.
Sequence next_version(std::string name, test::Card& card, const std::vector<Purpose>& purposes) {
  const auto package = test::key_package(card, kNextVersion);
  return scripted(std::move(name), {placed("card", card)}, [package, purposes](Table& table) {
    return Steps{[&table, package] { card::fieldcards::update_keys(table.session(0), package); },
                 [&table] { return ending_if(version_of(table) == kNextVersion); },
                 [&table, purposes](Ending ending, Findings& findings) {
                   const Byte wanted = ending == Ending::kHappened ? kNextVersion : 1;
                   for (const auto purpose : purposes)
                     findings.expect(
                         card::get_key_info(table.session(0), purpose)->version == wanted,
                         "keys of two versions are active");
                 }};
  });
}

card::layout::LoadCeiling ceiling_of(Table& table) {
  return card::layout::decode_load_ceiling(card::read_file(table.session(0), 0x19));
}

Sequence refresh() {
  const std::shared_ptr<test::Card> psam = test::issue_psam(county(), test::usual_ceiling());
  auto ceiling = test::usual_ceiling();
  ceiling.seq = 2;
  const Bytes message = card::layout::refresh_message(psam->serial(), ceiling);
  return scripted("refresh a PSAM's ceiling", {placed("PSAM", *psam)}, [=](Table& table) {
    return Steps{[&table, psam, message] {
                   card::refresh_ceiling(table.session(0), message, psam->control_mac(message));
                 },
                 [&table] { return ending_if(ceiling_of(table).seq == 2); },
                 [&table, psam, message](Ending ending, Findings& findings) {
                   findings.expect(ending == Ending::kHappened || ceiling_of(table).seq == 1,
                                   "seq");
                   if (ending == Ending::kDidNotHappen) return;
                   try {
                     card::refresh_ceiling(table.session(0), message, psam->control_mac(message));
                     findings.expect(false, "an order was taken twice");
                   } catch (const card::Refusal&) {
                   }
                 }};
  });
}

Sequence restore() {
  const auto esam = test::issue_esam(county());
  card::RestoreOrder order{.target = esam->serial(), .version = 1, .seq = 1, .settled_sn = 1};
  order.mac = esam->control_mac(card::restore_message(order));
  return scripted(
      "erase a county's keys by restore order", {placed("ESAM", *esam)}, [order](Table& table) {
        return Steps{[&table, order] { card::restore(table.session(0), order); },
                     [&table] {
                       return ending_if(!card::get_key_info(table.session(0), Purpose::kPurchase));
                     },
                     [&table](Ending ending, Findings& findings) {
                       const bool numbered =
                           table.card(0).dump().contains(card::chip::RecordId{0x0720});
                       findings.expect(numbered == (ending == Ending::kHappened),
                                       "the order's number and the keys differ");
                     }};
      });
}

// What the engine keeps.
constexpr card::chip::RecordId kHandheldKey = 0x010B;
constexpr std::size_t kTries = 6;

// Counted before the comparison.
Sequence wrong_cryptogram(const std::string& name, const test::Card& module) {
  const auto tries = [](Table& table) { return table.card(0).dump().at(kHandheldKey).at(kTries); };
  return scripted(
      "a wrong cryptogram at " + name, {placed("module", module)}, [tries](Table& table) {
        return Steps{
            [&table] {
              card::get_challenge(table.session(0), 16);
              card::CommandApdu command{
                  .name = "EXTERNAL AUTHENTICATE", .cla = 0x00, .ins = 0x82, .p1 = 0, .p2 = 0x0B};
              table.session(0).send(command.with(Bytes(16)));
            },
            [&table, tries] { return ending_if(tries(table) == 2); },
            [&table, tries](Ending ending, Findings& findings) {
              findings.expect(tries(table) == (ending == Ending::kHappened ? 2 : 3), "tries");
            }};
      });
}

// Its key is the county's, and its data a file.
void add_tool_card(std::vector<Sequence>& out) {
  const auto tool =
      test::issue_field_card(county(), derivation::CardKind::kTool,
                             test::usual_grant(county(), card::layout::ToolSubtype::kParameter));
  out.push_back(
      next_version("next key version of a tool card", *tool, {Purpose::kMeterParameters}));
  out.push_back(file_by_order("tool data by order", *tool, kToolDataFile));
}

}  // namespace

std::vector<Sequence> order_sequences() {
  const auto psam = test::issue_psam(county(), test::usual_ceiling());
  const auto esam = test::issue_esam(county());
  std::vector<Sequence> sequences;
  sequences.push_back(file_by_order("write a file by order", *loaded_card(1000), kHolderFile));
  sequences.push_back(next_version("next key version of a PSAM", *psam,
                                   {Purpose::kLoad, Purpose::kPurchase, Purpose::kTac}));
  sequences.push_back(next_version("next key version of an ESAM", *esam, {Purpose::kPurchase}));
  add_tool_card(sequences);
  sequences.push_back(wrong_cryptogram("an ESAM", *esam));
  const auto bound =
      test::issue_psam(county(), test::usual_ceiling(), {.keys = {Purpose::kHandheld}});
  sequences.push_back(wrong_cryptogram("a PSAM", *bound));
  sequences.push_back(refresh());
  sequences.push_back(restore());
  return sequences;
}

}  // namespace tear
