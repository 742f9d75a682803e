/* Everything that may be done wrong at the boundary, and threads. Prints nothing if all is well. */
#undef NDEBUG
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "dosimeter.h"

#define TEXT "IBAN: DE13 5001 0517 9513 7844 05"

static const char BADGE[] =
    "[[rule]]\n"
    "id = 'secrets.acme.badge'\ntitle = 'Badge'\nlabel = 'secrets'\n"
    "severity = 'high'\nconfidence = 'high'\nkeywords = ['badge-']\n"
    "pattern = '\\b(badge-[0-9]{8})\\b'\n"
    "[[rule.positive]]\ntext = 'open with badge-{8:0-9}'\nwhy = 'a sentence'\n"
    "[[rule.negative]]\ntext = 'badge-holder'\nwhy = 'a word'\n";

static int is(dosimeter_text text, const char *expected) {
    return text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
}

static int has(dosimeter_text text, const char *part) {
    for (size_t at = 0; at + strlen(part) <= text.len; at++) {
        if (memcmp(text.data + at, part, strlen(part)) == 0) {
            return 1;
        }
    }
    return 0;
}

static dosimeter_classifier *classifier(const dosimeter_options *options) {
    dosimeter_classifier *made = NULL;
    assert(dosimeter_classifier_new(options, &made, NULL) == DOSIMETER_STATUS_OK);
    return made;
}

static size_t count(const dosimeter_classifier *with, const char *text, size_t len) {
    dosimeter_result *result = NULL;
    assert(dosimeter_scan(with, text, len, &result, NULL) == DOSIMETER_STATUS_OK);
    size_t found = 0;
    dosimeter_result_findings(result, &found);
    dosimeter_result_free(result);
    return found;
}

static void a_finding_says_what_where_and_why(const dosimeter_classifier *with) {
    dosimeter_result *result = NULL;
    assert(dosimeter_scan(with, TEXT, strlen(TEXT), &result, NULL) == DOSIMETER_STATUS_OK);
    size_t len = 0;
    const dosimeter_finding *finding = dosimeter_result_findings(result, &len);
    assert(len == 1 && finding != NULL);
    assert(is(finding->rule, "payment.bank.iban"));
    assert(finding->start == 6 && finding->end == strlen(TEXT));
    assert(is(finding->masked, "DE•• •••• 4405"));
    assert(is(finding->redacted, "IBAN: DE•• •••• 4405"));
    assert(finding->fingerprint.len == 32 && finding->locator.len == 0);
    assert(finding->labels == (DOSIMETER_LABEL_PAYMENT | DOSIMETER_LABEL_FINANCIAL));
    assert(finding->severity == DOSIMETER_LEVEL_HIGH);
    assert(finding->confidence == DOSIMETER_LEVEL_HIGH);
    assert(finding->reasons_len > 0 && finding->reasons[0].len > 0);
    assert(dosimeter_result_labels(result) & DOSIMETER_LABEL_PAYMENT);
    assert(dosimeter_result_coverage(result) == DOSIMETER_COVERAGE_COMPLETE);
    assert(dosimeter_result_gaps(result, &len) == NULL && len == 0);
    dosimeter_result_free(result);
}

static void lengths_count_and_not_nul(const dosimeter_classifier *with) {
    assert(count(with, TEXT, strlen(TEXT) - 4) == 0);
    char text[] = "a\0b " TEXT;
    assert(count(with, text, sizeof text) == 1);
    assert(count(with, "", 0) == 0);
    assert(count(with, NULL, 0) == 0);
}

static void options_choose_what_is_found(void) {
    dosimeter_text rule = {BADGE, sizeof BADGE - 1};
    unsigned char key[32] = {7};
    dosimeter_options options = {.size = sizeof options};
    options.labels = DOSIMETER_LABEL_SECRETS;
    options.rules = &rule;
    options.rules_len = 1;
    options.key = key;
    dosimeter_classifier *with = classifier(&options);
    memset(key, 0, sizeof key); /* it was copied */
    assert(count(with, TEXT, strlen(TEXT)) == 0);
    assert(count(with, "open with badge-51729943", 24) == 1);
    dosimeter_classifier_free(with);
}

static void fails(dosimeter_options options, dosimeter_status expected, const char *message) {
    dosimeter_classifier *made = (dosimeter_classifier *)&options;
    dosimeter_error *error = NULL;
    assert(dosimeter_classifier_new(&options, &made, &error) == expected);
    assert(made == NULL && has(dosimeter_error_message(error), message));
    dosimeter_error_free(error);
}

static void wrong_arguments_are_told(const dosimeter_classifier *with) {
    dosimeter_options options = {.size = 3};
    fails(options, DOSIMETER_STATUS_BAD_ARGUMENT, "sizeof(dosimeter_options)");
    options.size = sizeof options;
    options.labels = 1u << 20;
    fails(options, DOSIMETER_STATUS_BAD_ARGUMENT, "labels");
    options.labels = 0;
    options.min_confidence = 4;
    fails(options, DOSIMETER_STATUS_BAD_ARGUMENT, "min_confidence");
    options.min_confidence = 0;
    options.rules_len = 1;
    fails(options, DOSIMETER_STATUS_BAD_ARGUMENT, "rules");
    dosimeter_text rule = {"[[rule]]", 8};
    options.rules = &rule;
    fails(options, DOSIMETER_STATUS_BAD_RULE, "rules[0]");

    dosimeter_result *result = NULL;
    dosimeter_error *error = NULL;
    assert(dosimeter_scan(NULL, "a", 1, &result, &error) == DOSIMETER_STATUS_BAD_ARGUMENT);
    assert(result == NULL && has(dosimeter_error_message(error), "classifier"));
    dosimeter_error_free(error);
    assert(dosimeter_scan(with, NULL, 1, &result, NULL) == DOSIMETER_STATUS_BAD_ARGUMENT);
    assert(dosimeter_scan(with, "a", (size_t)-1, &result, NULL) == DOSIMETER_STATUS_BAD_ARGUMENT);
    assert(dosimeter_scan(with, "a", 1, NULL, NULL) == DOSIMETER_STATUS_BAD_ARGUMENT);
    assert(dosimeter_scan_file(with, NULL, &result, NULL) == DOSIMETER_STATUS_BAD_ARGUMENT);
    assert(dosimeter_classifier_new(NULL, NULL, NULL) == DOSIMETER_STATUS_BAD_ARGUMENT);

    assert(dosimeter_scan(with, "ab\xff", 3, &result, &error) == DOSIMETER_STATUS_NOT_UTF8);
    assert(result == NULL && has(dosimeter_error_message(error), "byte 2"));
    dosimeter_error_free(error);

    size_t len = 9;
    assert(dosimeter_result_findings(NULL, &len) == NULL && len == 0);
    assert(dosimeter_result_findings(NULL, NULL) == NULL);
    assert(dosimeter_result_coverage(NULL) == DOSIMETER_COVERAGE_NONE);
    assert(dosimeter_error_message(NULL).len == 0);
    dosimeter_result_free(NULL);
    dosimeter_classifier_free(NULL);
    dosimeter_error_free(NULL);
}

static void files_are_opened(const dosimeter_classifier *with) {
    static const unsigned char latin[] = "caf\xe9 " TEXT;
    static const unsigned char broken[] = "PK\x03\x04 and nothing behind it, for it was cut off";
    dosimeter_file file = {.size = sizeof file, .data = latin, .len = sizeof latin - 1};
    dosimeter_result *result = NULL;
    size_t len = 0;
    assert(dosimeter_scan_file(with, &file, &result, NULL) == DOSIMETER_STATUS_OK);
    assert(dosimeter_result_findings(result, &len) != NULL && len == 1);
    dosimeter_result_free(result);

    file.data = broken;
    file.len = sizeof broken - 1;
    file.name = (dosimeter_text){"a.zip", 5};
    assert(dosimeter_scan_file(with, &file, &result, NULL) == DOSIMETER_STATUS_OK);
    assert(dosimeter_result_coverage(result) != DOSIMETER_COVERAGE_COMPLETE);
    const dosimeter_gap *gaps = dosimeter_result_gaps(result, &len);
    assert(len > 0 && gaps[0].reason.len > 0);
    dosimeter_result_free(result);
}

static void *scans(void *with) {
    for (int round = 0; round < 50; round++) {
        assert(count(with, TEXT, strlen(TEXT)) == 1);
    }
    return NULL;
}

static void threads_share_a_classifier(dosimeter_classifier *with) {
    pthread_t threads[4];
    for (size_t index = 0; index < 4; index++) {
        assert(pthread_create(&threads[index], NULL, scans, with) == 0);
    }
    for (size_t index = 0; index < 4; index++) {
        assert(pthread_join(threads[index], NULL) == 0);
    }
}

int main(void) {
    assert(dosimeter_version().len > 0);
    dosimeter_classifier *with = classifier(NULL);
    a_finding_says_what_where_and_why(with);
    lengths_count_and_not_nul(with);
    options_choose_what_is_found();
    wrong_arguments_are_told(with);
    files_are_opened(with);
    threads_share_a_classifier(with);
    dosimeter_classifier_free(with);
    return 0;
}
