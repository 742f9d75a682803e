/* Dosimeter for C: finds sensitive content in text and files, and tells of it without repeating it.
 *
 * Made by cbindgen from crates/c-api/src; `cargo xtask header` makes it anew, and a test compares.
 *
 * Texts come with their length and need no NUL at their end; those that are given out have none
 * either. What a function makes belongs to the caller, until it is given to the function that frees
 * it; everything in it lives as long as it does. No function prints, exits, unwinds into its caller, or
 * keeps what it was given.
 *
 * Threads: a classifier may be used by any number of threads at once. Results and errors may be read by
 * several threads and freed by another than the one that made them. Nothing may be used while it is
 * freed, or afterwards.
 */

#ifndef DOSIMETER_H
#define DOSIMETER_H

#include <stddef.h>
#include <stdint.h>

// How a call ended.
typedef enum dosimeter_status {
  // As asked.
  DOSIMETER_STATUS_OK = 0,
  // A pointer is null that must not be, or an option has a value that does not exist.
  DOSIMETER_STATUS_BAD_ARGUMENT = 1,
  // The text is not UTF-8, and nothing of it was scanned. Files in any encoding go to
  // `dosimeter_scan_file`.
  DOSIMETER_STATUS_NOT_UTF8 = 2,
  // A rule cannot be used.
  DOSIMETER_STATUS_BAD_RULE = 3,
  // The system has no randomness for a key of this process.
  DOSIMETER_STATUS_NO_RANDOMNESS = 4,
  // A bug of the library. Nothing was scanned.
  DOSIMETER_STATUS_INTERNAL = 5,
} dosimeter_status;

// How sure, or how bad.
typedef enum dosimeter_level {
  // Little speaks for it; hidden unless asked for.
  DOSIMETER_LEVEL_LOW = 1,
  // Medium.
  DOSIMETER_LEVEL_MEDIUM = 2,
  // High.
  DOSIMETER_LEVEL_HIGH = 3,
} dosimeter_level;

// How much was scanned.
typedef enum dosimeter_coverage {
  // Everything.
  DOSIMETER_COVERAGE_COMPLETE = 1,
  // Some of it; the gaps say what is missing.
  DOSIMETER_COVERAGE_PARTIAL = 2,
  // Nothing.
  DOSIMETER_COVERAGE_NONE = 3,
} dosimeter_coverage;

// The kinds of sensitive content, as bits.
typedef enum dosimeter_label {
  // Information that identifies a person.
  DOSIMETER_LABEL_PII = 1,
  // Something a person could charge or pull money with.
  DOSIMETER_LABEL_PAYMENT = 2,
  // Credential material that authenticates.
  DOSIMETER_LABEL_SECRETS = 4,
  // Information whose handling is set by law.
  DOSIMETER_LABEL_REGULATED = 8,
  // Non-public money facts of a person or a company.
  DOSIMETER_LABEL_FINANCIAL = 16,
  // Records about the organisation's customers.
  DOSIMETER_LABEL_CUSTOMER = 32,
} dosimeter_label;

// Rules made ready for scanning.
typedef struct dosimeter_classifier dosimeter_classifier;

// Why a call failed. Quotes nothing that was scanned; may quote rules.
typedef struct dosimeter_error dosimeter_error;

// What was found in one text or file, and what was not read of it.
typedef struct dosimeter_result dosimeter_result;

// A piece of UTF-8 with its length. Has no NUL at its end. `data` may be null if `len` is 0.
typedef struct dosimeter_text {
  // The first byte.
  const char *data;
  // How many bytes.
  size_t len;
} dosimeter_text;

// What a classifier is made with. All bytes 0 but `size` means: the built-in rules, all labels, medium
// confidence, and a key of this process.
typedef struct dosimeter_options {
  // `sizeof(dosimeter_options)`: later versions may have more fields.
  size_t size;
  // The labels to look for, `dosimeter_label` added up; 0 for all.
  uint32_t labels;
  // Findings are reported from this `dosimeter_level` up; 0 for medium.
  uint32_t min_confidence;
  // 32 secret random bytes, or null. With the same key, the same value has the same fingerprint in
  // every run, and whoever has the key can find out values by trial.
  const uint8_t *key;
  // Rules in addition to the built-in ones, each a TOML text.
  const struct dosimeter_text *rules;
  // How many.
  size_t rules_len;
} dosimeter_options;

// A file, and what is said about it.
typedef struct dosimeter_file {
  // `sizeof(dosimeter_file)`: later versions may have more fields.
  size_t size;
  // Its bytes.
  const uint8_t *data;
  // How many.
  size_t len;
  // Its name; breaks ties, content decides. May be empty.
  struct dosimeter_text name;
  // Its media type; breaks ties. May be empty.
  struct dosimeter_text media_type;
  // After so many milliseconds reading stops with a gap; 0 for no limit.
  uint32_t timeout_ms;
} dosimeter_file;

// One thing that was found. Holds no text but what is masked.
typedef struct dosimeter_finding {
  // The rule that found it, such as `payment.card.separated`.
  struct dosimeter_text rule;
  // The masked value.
  struct dosimeter_text masked;
  // The masked value in its masked context: one line of at most 160 characters.
  struct dosimeter_text redacted;
  // Which value it was, keyed: 32 hexadecimal digits.
  struct dosimeter_text fingerprint;
  // Where in a file, such as `entry 2, page 7`; empty for texts.
  struct dosimeter_text locator;
  // Why it has this confidence.
  const struct dosimeter_text *reasons;
  // How many reasons.
  size_t reasons_len;
  // Its first byte, in the text or in the segment of the file.
  size_t start;
  // One past its last byte.
  size_t end;
  // The labels that it speaks for, `dosimeter_label` added up.
  uint32_t labels;
  // How bad its exposure is.
  enum dosimeter_level severity;
  // How sure we are.
  enum dosimeter_level confidence;
} dosimeter_finding;

// Something that was not read, and so not scanned.
typedef struct dosimeter_gap {
  // Why, such as `encrypted`, `malformed` or `unsupported`.
  struct dosimeter_text reason;
  // Where; empty for the whole of it.
  struct dosimeter_text locator;
} dosimeter_gap;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the library.
struct dosimeter_text dosimeter_version(void);

// Makes rules ready for scanning, in some milliseconds.
//
// `options` may be null. On success `*classifier` is to be freed with `dosimeter_classifier_free`; on
// failure it is null, and `*error`, unless `error` is null, is to be freed with `dosimeter_error_free`.
//
// # Safety
//
// Pointers are null or valid, with as many elements as are said.
enum dosimeter_status dosimeter_classifier_new(const struct dosimeter_options *options,
                                               struct dosimeter_classifier **classifier,
                                               struct dosimeter_error **error);

// Frees a classifier. Null is no error.
//
// # Safety
//
// It was made by `dosimeter_classifier_new`, not freed before, and nobody uses it any more.
void dosimeter_classifier_free(struct dosimeter_classifier *classifier);

// Scans a text of UTF-8. O(`len`).
//
// On success `*result` is to be freed with `dosimeter_result_free`; on failure it is null, and `*error`,
// unless `error` is null, is to be freed with `dosimeter_error_free`.
//
// # Safety
//
// Pointers are null or valid, and `text` has `len` bytes.
enum dosimeter_status dosimeter_scan(const struct dosimeter_classifier *classifier,
                                     const char *text,
                                     size_t len,
                                     struct dosimeter_result **result,
                                     struct dosimeter_error **error);

// Reads a file (PDF, Office, mail, archives and others, nested in any order), and scans its text.
//
// Memory and work are bounded, time only by `timeout_ms`. What cannot be read is a gap, and no
// failure. Runs in this process: where files come from strangers, call it in one with a memory limit.
//
// On success `*result` is to be freed with `dosimeter_result_free`; on failure it is null, and `*error`,
// unless `error` is null, is to be freed with `dosimeter_error_free`.
//
// # Safety
//
// Pointers are null or valid, with as many bytes as are said.
enum dosimeter_status dosimeter_scan_file(const struct dosimeter_classifier *classifier,
                                          const struct dosimeter_file *file,
                                          struct dosimeter_result **result,
                                          struct dosimeter_error **error);

// What was found: `*len` findings, in the order of the text. Null if there are none.
//
// # Safety
//
// `result` is null or was made by a scan and not freed; `len` is null or valid.
const struct dosimeter_finding *dosimeter_result_findings(const struct dosimeter_result *result,
                                                          size_t *len);

// What was not read, and so not scanned: `*len` gaps. Null if there are none.
//
// # Safety
//
// `result` is null or was made by a scan and not freed; `len` is null or valid.
const struct dosimeter_gap *dosimeter_result_gaps(const struct dosimeter_result *result,
                                                  size_t *len);

// The labels of the whole, `dosimeter_label` added up. A single weak finding, such as one e-mail
// address, is not a label yet.
//
// # Safety
//
// `result` is null or was made by a scan and not freed.
uint32_t dosimeter_result_labels(const struct dosimeter_result *result);

// How much was scanned. No label and anything but complete coverage does not mean clean.
//
// # Safety
//
// `result` is null or was made by a scan and not freed.
enum dosimeter_coverage dosimeter_result_coverage(const struct dosimeter_result *result);

// Frees a result and everything in it. Null is no error.
//
// # Safety
//
// It was made by a scan, not freed before, and nobody uses it any more.
void dosimeter_result_free(struct dosimeter_result *result);

// What failed, where, and how to fix it: one line, or a few for a rule. Quotes no scanned text.
//
// # Safety
//
// `error` is null or was made by a call that failed, and not freed.
struct dosimeter_text dosimeter_error_message(const struct dosimeter_error *error);

// Frees an error. Null is no error.
//
// # Safety
//
// It was made by a call that failed, not freed before, and nobody uses it any more.
void dosimeter_error_free(struct dosimeter_error *error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DOSIMETER_H */
