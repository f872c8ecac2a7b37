// Field cards at work.
#include "tests/hostile/field_scenes.h"

#include "cos-apdu/fieldcards/meter_visit.h"
#include "tests/cos-apdu/field_packages.h"

namespace hostile {
namespace {

using namespace test;
using card::layout::ToolSubtype;
namespace field = card::fieldcards;

constexpr base::FixedBytes<4> kToday = {0x20, 0x26, 0x07, 0x15};

// A parameter card writes the meter, and takes the county's next key.
void parameter_scene(const County& county, Card& esam, const Keep& keep) {
  const auto tool =
      issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kParameter));
  const auto proved = field::present_tool(tool->session(), esam.session(), kToday);
  field::apply_parameters(esam.session(), proved);
  card::write_file(tool->session(), 0x01, counted_data(), tool->order_mac());
  field::get_audit_tag(tool->session());
  keep("tool card", *tool->medium(), {});
  const auto purpose = Purpose::kMeterParameters;
  card::import_block(tool->session(),
                     encode(tool->block(purpose, derivation::Level::kCounty, county.key(purpose, 2),
                                        2, 2, derivation::ImportMode::kUpdate)));
  card::get_key_info(tool->session(), purpose, card::SlotSide::kStaged);
  card::switch_version(tool->session(), 2,
                       tool->control_mac(card::switch_message(tool->serial(), 2)));
}

void reading_scene(const County& county, Card& esam) {
  const auto tool =
      issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kReading));
  field::present_tool(tool->session(), esam.session(), kToday);
  card::layout::Reading reading;
  reading.terminal = kMeterTerminal;
  reading.at = kNoon;
  field::append_reading(tool->session(), reading);
  field::read_readings(tool->session());
}

void serve(const County& county, CardKind kind, std::vector<card::layout::Part> parts, Card& esam,
           const Keep& keep) {
  const auto carrier = issue_field_card(county, kind, usual_grant(county), std::move(parts));
  keep(std::string(derivation::row_of(kind).english), *carrier->medium(), {});
  field::serve_meter(carrier->session(), esam.session(), kToday);
  field::read_targets(carrier->session());
  field::get_audit_tag(carrier->session());
}

}  // namespace

void play_field_scenes(const Keep& keep) {
  const County county(crypto::SuiteId::kAes128);
  const auto esam = issue_esam(county, 31);
  const auto restored = issue_esam(county, 32);
  parameter_scene(county, *esam, keep);
  reading_scene(county, *esam);
  serve(county, CardKind::kRestore, {restore_part(*restored, 1)}, *restored, keep);
  serve(county, CardKind::kModify, parts_of(key_package(*esam)), *esam, keep);
}

}  // namespace hostile
