// What a scheme profile may not hold: each field, each error with its line, all of them at once.
#include <array>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "derivation/profile.h"
#include "derivation/profile_rows.h"
#include "derivation/profile_schema.h"
#include "tests/support/replaced.h"

using support::replaced;

namespace {

const std::string kSample = WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml";

std::string error_of(std::string_view toml) {
  try {
    derivation::parse_profile(toml, "p.toml");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kMalformed);
    return error.what();
  }
  return "accepted";
}

std::string error_with(std::string_view from, std::string_view to) {
  return error_of(replaced(base::read_text_file(kSample), from, to));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// A value of the sample as it stands there, values that are refused in its place, and what is told.
struct Case {
  std::string_view field;
  std::string_view given;
  std::string_view line;
  std::vector<std::string_view> refused;
  std::string_view told;
};

const std::vector<std::string_view> kNoText = {"7",          "\"\"",        "\" a\"", "\"a\\nb\"",
                                               "\"a\\\"b\"", "\"\\u202E\"", "[]",     "true"};
const std::vector<std::string_view> kNoFactor = {
    "\"534D504C3031\"",
    "{ value = \"534D504C30\", sample = true }",
    "{ value = \"534D504C3031FF\", sample = true }",
    "{ value = \"000000000000\", sample = true }",
    "{ value = \"534D504C303G\", sample = true }",
    "{ value = \"534D504C3031\" }",
    "{ value = \"534D504C3031\", sample = \"no\" }",
    "{ value = \"534D504C3031\", sample = true, note = 1 }",
    "7"};
constexpr std::string_view kFactorTold = "expected { value = \"12 hex digits, not all zeros\"";

const std::vector<Case> kCases = {
    {"name", "\"hebei-sample\"", "7", kNoText, "expected one line of 1 to 96 bytes"},
    {"suite", "\"aes128\"", "8", {"\"des\"", "\"AES128\"", "5"}, "expected tdes2, sm4 or aes128;"},
    {"first_version",
     "1  #",
     "9",
     {"0  #", "256  #", "-1  #", "1.0  #", "\"1\"  #"},
     "expected a whole number from 1 to 255; 应为 1 到 255 的整数"},
    {"purpose.load", "{ value = \"534D504C3031\", sample = true }", "13", kNoFactor, kFactorTold},
    {"purpose.audit-tag", "{ value = \"534D504C3135\", sample = true }", "27", kNoFactor,
     kFactorTold},
    {"province.factor", "{ value = \"534D504C5052\", sample = true }", "32", kNoFactor,
     kFactorTold},
    {"province.code",
     "\"13\"",
     "30",
     {"13", "\"1\"", "\"130\"", "\"1A\""},
     "expected 2 digits in quotes"},
    {"province.name", "\"河北省\"", "31", kNoText, "expected one line of 1 to 96 bytes"},
    {"pin.leader.least",
     "6, most = 12",
     "36",
     {"3, most = 12", "13, most = 13", "\"6\", most = 12"},
     "expected a whole number from 4 to 12"},
    {"pin.leader.tries", "3 }", "36", {"0 }", "16 }"}, "expected a whole number from 1 to 15"},
    {"ceiling.psam_money_fen",
     "20000000",
     "44",
     {"0", "4294967296", "-1"},
     "expected a whole number from 1 to 4294967295"},
    {"ceiling.psam_count",
     "2000\n",
     "45",
     {"0\n", "4294967296\n", "2000.0\n"},
     "expected a whole number from 1 to 4294967295"},
    {"ceiling.order_uses",
     "200 ",
     "48",
     {"0 ", "65536 "},
     "expected a whole number from 1 to 65535"},
    {"validity.pair_days",
     "3650\npsam",
     "52",
     {"0\npsam", "36501\npsam"},
     "expected a whole number from 1 to 36500"},
    {"price[1].id",
     "\"irrigation\"",
     "59",
     {"\"Irrigation\"", "\"a b\"", "\"\"", "1"},
     "expected 1 to 32 lower-case letters, digits or hyphens"},
    {"price[1].price", "5115", "61", {"0", "1000001"}, "expected a whole number from 1 to 1000000"},
    {"county.tail",
     "{ value = \"534D50\", sample = true }",
     "75",
     {"{ value = \"534D5000\", sample = true }", "{ value = \"000000\", sample = false }"},
     "expected { value = \"6 hex digits, not all zeros\""},
    {"county.list[1].code", "\"130102\"", "78", {"130102", "\"13010\"", "\"110102\""}, "expected "},
    {"county.list[2].city",
     "\"桥西区\", \"石家庄市\"",
     "79",
     {"\"桥西区\", \"\"", "\"桥西区\", 1"},
     "expected one line of 1 to 96 bytes"},
};

}  // namespace

TEST_CASE(
    "a value out of its form or range is refused with file, line, field and what was expected "
    "[R146]") {
  for (const auto& each : kCases) {
    for (const auto value : each.refused) {
      CAPTURE(each.field);
      CAPTURE(value);
      const auto error = error_with(each.given, value);
      CAPTURE(error);
      CHECK(contains(error, "p.toml:" + std::string(each.line) + ": " + std::string(each.field) +
                                ": " + std::string(each.told)));
    }
  }
}

TEST_CASE("every field of the schema but the optional one is missed when it is gone") {
  for (const auto& field : derivation::kProfileFields) {
    if (field.path == "tdes2_exception") continue;
    const auto dot = field.path.rfind('.');
    const std::string key(dot == std::string_view::npos ? field.path : field.path.substr(dot + 1));
    auto text = derivation::format_toml(derivation::load_profile(kSample));
    std::string head = "\n";
    if (field.path.starts_with("pin.")) {
      head = "\n[" + std::string(field.path.substr(0, dot)) + "]";
    } else if (dot != std::string_view::npos) {
      head = "\n[" + std::string(field.path.substr(0, dot)) + "]\n";
    }
    const auto table = text.find(head);
    REQUIRE(table != std::string::npos);
    const auto place = text.find("\n" + key + " = ", table);
    REQUIRE(place != std::string::npos);
    text.replace(place + 1, key.size(), "other");
    const auto error = error_of(text);
    CAPTURE(error);
    CHECK(contains(error, ": " + std::string(field.path) + ": expected "));
    CHECK(contains(error, "but it is missing"));
    CHECK(contains(error, "other: expected no such field here; 应为此处无此项"));
  }
}

TEST_CASE("all errors of a file are named at once, in the order of its lines") {
  auto text = base::read_text_file(kSample);
  text = replaced(text, "\"aes128\"", "\"des\"");
  text = replaced(text, "534D504C3032", "534D504C3031");
  text = replaced(text, "psam_count = 2000", "psam_count = 0");
  text = replaced(text, "order_uses = 200", "order_use = 200");
  text = replaced(text, "[\"130104\"", "[\"130102\"");
  text = replaced(text, "[\"130105\"", "[\"990105\"");
  std::istringstream error(error_of(text));
  const std::array expected = {
      "p.toml: 7 errors 有7处错误",
      "p.toml:8: suite: expected tdes2, sm4 or aes128",
      "p.toml:14: purpose.purchase: expected a value of its own; it stands in line 13 too",
      "p.toml:43: ceiling.order_uses: expected a whole number from 1 to 65535, but it is missing",
      "p.toml:45: ceiling.psam_count: expected a whole number from 1 to",
      "p.toml:48: ceiling.order_use: expected no such field here",
      "p.toml:79: county.list[2].code: expected a value of its own; it stands in line 78 too",
      "p.toml:80: county.list[3].code: expected a code of province 13",
  };
  std::string line;
  for (const auto* start : expected) {
    REQUIRE(std::getline(error, line));
    CAPTURE(line);
    CHECK(line.starts_with(start));
  }
  CHECK_FALSE(std::getline(error, line));
}

TEST_CASE("rules between fields are kept") {
  CHECK(contains(error_with("least = 6, most = 12", "least = 9, most = 8"),
                 "p.toml:36: pin.leader.most: expected at least 9"));
  CHECK(contains(error_with("user = { least = 0, most = 0, tries = 0 }",
                            "user = { least = 0, most = 4, tries = 3 }"),
                 "p.toml:41: pin.user: expected at least 4 digits and 1 try"));
  CHECK(contains(error_with("user = { least = 0, most = 0, tries = 0 }",
                            "user = { least = 4, most = 4, tries = 0 }"),
                 "p.toml:41: pin.user: expected at least 4 digits and 1 try"));
  CHECK(contains(error_with("single_load_fen = 1000000", "single_load_fen = 5000001"),
                 "p.toml:46: ceiling.single_load_fen: expected no more than ceiling.purse_fen, "
                 "5000000"));
  CHECK(contains(error_with("id = \"household\"", "id = \"irrigation\""),
                 "p.toml:63: price[2].id: expected a value of its own; it stands in line 58 too"));
}

TEST_CASE("what is no table, no list, or stands twice is refused with its line") {
  CHECK(contains(error_with("[pin]", "[[pin]]"), "p.toml:35: pin: expected a table"));
  CHECK(contains(error_with("list = [\n", "list = []\nother = [\n"),
                 "p.toml:77: county.list: expected a list that is not empty"));
  CHECK(contains(error_with("psam_count = 2000", "psam_count = 2000\npsam_count = 2000"),
                 "p.toml:46: expected TOML: "));
  CHECK(contains(error_with("[ceiling]", "[pin]"), "p.toml:43: expected TOML: "));
  CHECK(contains(error_with("[\"130104\", \"桥西区\", \"石家庄市\"]", "[\"130104\", \"桥西区\"]"),
                 "p.toml:79: county.list[2]: expected [\"code\", \"name\", \"city\"]"));
  CHECK(contains(error_of("format = 1\nname = "), "p.toml:2: expected TOML: "));
  CHECK(contains(error_of(""), "p.toml:1: format: expected 1"));
  CHECK(contains(error_with("format = 1", "format = \"1\""), "p.toml:6: format: expected 1"));
}

TEST_CASE("the widest value of every number comes back as it was given") {
  const auto sample = derivation::load_profile(kSample);
  for (const auto& field : derivation::kProfileFields) {
    if (field.form != derivation::FieldForm::kNumber) continue;
    auto profile = sample;
    profile.pins.tool = profile.pins.user = {4, 12, 3};
    profile.ceilings.purse = base::Amount::fen(base::Amount::kMostOnCard);
    auto text = derivation::format_toml(profile);
    const auto dot = field.path.rfind('.');
    const auto table = dot == std::string_view::npos
                           ? 0
                           : text.find("[" + std::string(field.path.substr(0, dot)) + "]");
    const auto at = text.find("\n" + std::string(field.path.substr(dot + 1)) + " = ", table);
    const auto value = text.find(" = ", at) + 3;
    text.replace(value, text.find('\n', value) - value,
                 std::to_string(field.path.ends_with(".least") ? 12 : field.most));
    CAPTURE(field.path);
    const auto read = derivation::parse_profile(text, "p.toml");
    CHECK(contains(derivation::canonical_text(read),
                   "\n" + std::string(field.path) + " = " +
                       std::to_string(field.path.ends_with(".least") ? 12 : field.most) + "\n"));
  }
}
