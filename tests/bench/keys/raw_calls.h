// One import block by PKCS#11 calls alone, as a program would make them that trusts its token: the same
// derivations, check value, wrapping and MAC with the same attributes, and nothing read back.
#pragma once

#include <array>
#include <vector>

#include "base/hsm/module.h"
#include "base/hsm/template.h"
#include "derivation/factor.h"
#include "derivation/import_block.h"

namespace bench {

class RawCalls {
 public:
  // The user of the slot is logged in already. Finds the keys of these labels.
  RawCalls(const hsm::Module& module, unsigned long slot, const std::string& content_label,
           const std::string& transport_label);
  ~RawCalls();
  RawCalls(const RawCalls&) = delete;
  RawCalls& operator=(const RawCalls&) = delete;

  derivation::ImportBlockBytes export_block(const std::vector<derivation::Factor>& path,
                                            const derivation::ExportHeader& header);

 private:
  CK_OBJECT_HANDLE find(const std::string& label);
  CK_OBJECT_HANDLE derive(CK_OBJECT_HANDLE parent, base::FixedBytes<16> data,
                          hsm::Template& attributes);
  CK_OBJECT_HANDLE walk(const std::vector<derivation::Factor>& path);
  crypto::Kcv check_value(CK_OBJECT_HANDLE key);
  void wrap(CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key, base::FixedBytes<24>& wrapped);
  void sign(CK_OBJECT_HANDLE key, base::ByteView message, base::FixedBytes<16>& mac);
  void destroy(CK_OBJECT_HANDLE key);

  hsm::FunctionList& calls_;
  CK_SESSION_HANDLE session_ = 0;
  CK_OBJECT_HANDLE content_ = 0;
  CK_OBJECT_HANDLE transport_ = 0;
  hsm::Template deriving_;
  hsm::Template leaving_;
  hsm::Template wrapping_;
  hsm::Template signing_;
  hsm::Template readable_;
};

}  // namespace bench
