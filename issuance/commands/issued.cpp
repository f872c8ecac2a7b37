#include "issuance/commands/issued.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/whole_number.h"

namespace issuance::commands {

namespace {

using base::Fault;

constexpr std::size_t kDeviceDigits = 12;

bool is_decimal(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

nlohmann::json json_of(const Order& order, const Issued& issued) {
  nlohmann::json cards = nlohmann::json::array();
  for (const FinishedCard& card : issued.cards) {
    cards.push_back({{"serial", format(card.serial)}, {"tag", base::to_hex(card.tag)}});
  }
  nlohmann::json object{{"job", issued.job.id}, {"kind", order.kind.id}, {"cards", cards}};
  if (order.county) object["county"] = order.county->digits();
  if (order.number) object["number"] = order.number->digits();
  if (!order.device.empty()) object["device"] = order.device;
  if (issued.job.pair) {
    object["pair"] = base::to_hex(issued.job.pair->name.id);
    object["generation"] = issued.job.pair->name.generation;
  }
  return object;
}

void print_for_people(const Order& order, const Issued& issued) {
  if (issued.job.pair) {
    fmt::print("{} {}: pair {}, generation {}\n", order.kind.english, order.county_digits(),
               base::to_hex(issued.job.pair->name.id), issued.job.pair->name.generation);
  }
  const std::string owner = order.number ? order.number->masked() : order.device;
  for (const FinishedCard& card : issued.cards) {
    fmt::print("{} {} issued{}{}, audit tag {}\n", derivation::row_of(card.serial.kind()).english,
               format(card.serial), owner.empty() ? "" : " for ", owner, base::to_hex(card.tag));
  }
}

}  // namespace

std::string twelve_digits(const std::string& text, std::string_view what) {
  if (!is_decimal(text) || text.size() > kDeviceDigits) {
    base::fail(Fault::kMalformed, "{} is '{}', expected at most 12 digits", what, text);
  }
  return std::string(kDeviceDigits - text.size(), '0') + text;
}

Order order_for(Counter& counter, const Kind& kind, const Request& request) {
  const derivation::Profile& profile = counter.place().profile;
  Order order{.kind = kind, .version = profile.first_version};
  if (kind.scope == Scope::kCounty) {
    order.county = base::CountyCode::parse(request.county);
    profile.county(*order.county);
  }
  if (!request.version.empty()) {
    order.version =
        static_cast<std::uint8_t>(base::parse_whole_number(request.version, "version", 1, 0xFF));
    return order;
  }
  const auto last = counter.place().ledger.book().last_version(kind.card, order.county_digits());
  if (makes_keys(kind) && last != 0) order.version = static_cast<std::uint8_t>(last);
  return order;
}

void carry_out(Counter& counter, Order order, const StationOptions& options) {
  Workplace& place = counter.place();
  const std::string where = order.county ? " " + order.county->digits() : std::string();
  place.people.step({fmt::format("Issue: {}{}. Up to {} readers are needed", order.kind.english,
                                 where, readers_needed(order)),
                     fmt::format("发行：{}{}，最多需要{}个读卡器", order.kind.chinese, where,
                                 readers_needed(order))});
  if (order.by.empty()) {
    constexpr unsigned kTwoPersons = 2;
    order.by = ask_people(place.people, kTwoPersons, audit::Role::kIssuer);
  }
  const Issued issued = issue(place, order);
  if (options.json) {
    print_json(json_of(order, issued));
  } else {
    print_for_people(order, issued);
  }
}

}  // namespace issuance::commands
