// The acts of a ceremony, one for each arrow of transitions.h. An act does what it says, notes what
// concerns single people and cards, and gives the facts of its arrow's own line; the caller writes
// that line. Run again after a cut, an act asks journal and cards what is done and does the rest.
#pragma once

#include <array>

#include "keyceremony/scene.h"
#include "keyceremony/transitions.h"

namespace keyceremony {

// acts_of_opening.cpp
Facts check_environment(Scene& scene, unsigned);
Facts call_roles(Scene& scene, unsigned);
Facts open_bags(Scene& scene, unsigned);

// acts_of_the_set.cpp
Facts make_set(Scene& scene, unsigned);
Facts confirm_set(Scene& scene, unsigned);

// acts_of_components.cpp; the number is the leader's
Facts enter_component(Scene& scene, unsigned leader);
Facts commit_component(Scene& scene, unsigned leader);
Facts freeze_commitments(Scene& scene, unsigned);
Facts reveal_component(Scene& scene, unsigned leader);
Facts prove_spares(Scene& scene, unsigned);

// acts_of_the_master.cpp
Facts combine_components(Scene& scene, unsigned);
Facts confirm_values(Scene& scene, unsigned);
Facts make_pair(Scene& scene, unsigned);
Facts prove_by_use(Scene& scene, unsigned);
Facts deliver_to_token(Scene& scene, unsigned);

// acts_of_the_replacement.cpp
Facts take_over_component(Scene& scene, const Person& leader);
Facts erase_predecessor(Scene& scene, unsigned);

// acts_of_the_drill.cpp
Facts void_drill_pair(Scene& scene, unsigned);

// acts_of_closing.cpp
Facts seal_bags(Scene& scene, unsigned);
Facts sign_transcript(Scene& scene, unsigned);
Facts sign_checkpoint(Scene& scene, unsigned);
Facts close_ceremony(Scene& scene, unsigned);

struct ActRow {
  Act act;
  std::string_view english;
  std::string_view chinese;
  Facts (*perform)(Scene& scene, unsigned leader);
  unsigned leader = 0;
};

inline constexpr std::array kActs = {
    ActRow{Act::kCheckEnvironment, "Check the machine and the room", "检查机器与场地",
           check_environment},
    ActRow{Act::kCallRoles, "Call the roles", "点名", call_roles},
    ActRow{Act::kOpenBags, "Read back and open the bags", "核对并开启封袋", open_bags},
    ActRow{Act::kMakeSet, "Make the card set", "建立卡组", make_set},
    ActRow{Act::kConfirmSet, "Confirm the fingerprint of the set", "确认卡组指纹", confirm_set},
    ActRow{Act::kEnter1, "Component 1 into its card", "分量一写入卡", enter_component, 1},
    ActRow{Act::kCommit1, "Component 1 is committed", "分量一承诺", commit_component, 1},
    ActRow{Act::kEnter2, "Component 2 into its card", "分量二写入卡", enter_component, 2},
    ActRow{Act::kCommit2, "Component 2 is committed", "分量二承诺", commit_component, 2},
    ActRow{Act::kEnter3, "Component 3 into its card", "分量三写入卡", enter_component, 3},
    ActRow{Act::kCommit3, "Component 3 is committed", "分量三承诺", commit_component, 3},
    ActRow{Act::kEnter4, "Component 4 into its card", "分量四写入卡", enter_component, 4},
    ActRow{Act::kCommit4, "Component 4 is committed", "分量四承诺", commit_component, 4},
    ActRow{Act::kFreeze, "Freeze the four commitments", "锁定四个承诺", freeze_commitments},
    ActRow{Act::kReveal1, "Component 1 to the master control card", "分量一交总控卡",
           reveal_component, 1},
    ActRow{Act::kReveal2, "Component 2 to the master control card", "分量二交总控卡",
           reveal_component, 2},
    ActRow{Act::kReveal3, "Component 3 to the master control card", "分量三交总控卡",
           reveal_component, 3},
    ActRow{Act::kReveal4, "Component 4 to the master control card", "分量四交总控卡",
           reveal_component, 4},
    ActRow{Act::kCombine, "Combine inside the master control card", "总控卡内合成",
           combine_components},
    ActRow{Act::kConfirmValues, "Confirm the check values", "确认校验值", confirm_values},
    ActRow{Act::kMakePair, "Write the master control pair", "写入总控卡对", make_pair},
    ActRow{Act::kProve, "Prove the keys by use", "试用证明", prove_by_use},
    ActRow{Act::kVoidPair, "Void the pair of the drill", "作废恢复演练卡对", void_drill_pair},
    ActRow{Act::kProveSpares, "Copy the components to spare cards", "向备份卡复制分量",
           prove_spares},
    ActRow{Act::kErasePredecessor, "Erase the cards of the predecessor", "擦除前任的卡",
           erase_predecessor},
    ActRow{Act::kDeliver, "Deliver the purpose keys to the token", "向令牌交付用途密钥",
           deliver_to_token},
    ActRow{Act::kSealBags, "Seal the bags", "封袋", seal_bags},
    ActRow{Act::kSign, "All sign the transcript", "全员签署记录", sign_transcript},
    ActRow{Act::kCheckpoint, "Sign the checkpoint of the log", "签署日志检查点", sign_checkpoint},
    ActRow{Act::kClose, "Close and write the evidence", "结束并写出证据", close_ceremony},
};

constexpr const ActRow& row_of(Act act) {
  return kActs.at(static_cast<std::size_t>(act));
}

static_assert([] {
  for (std::size_t at = 0; at < kActs.size(); ++at) {
    if (static_cast<std::size_t>(kActs.at(at).act) != at) return false;
  }
  return true;
}());

}  // namespace keyceremony
