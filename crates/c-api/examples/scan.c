/* Scans standard input, as a file of any kind, and prints what was found.
 *
 *   cargo build --release -p dosimeter-c
 *   gcc -I crates/c-api/include crates/c-api/examples/scan.c -L target/release -ldosimeter_c -o scan
 *   echo "IBAN: DE13 5001 0517 9513 7844 05" | LD_LIBRARY_PATH=target/release ./scan
 */
#include <stdio.h>
#include <stdlib.h>

#include "dosimeter.h"

static void print(const char *before, dosimeter_text text, const char *after) {
    printf("%s%.*s%s", before, (int)text.len, text.data, after);
}

/* Reads all of a stream; the caller frees it. */
static unsigned char *read_all(FILE *stream, size_t *len) {
    size_t room = 1 << 16;
    unsigned char *bytes = malloc(room);
    *len = 0;
    while (bytes != NULL) {
        *len += fread(bytes + *len, 1, room - *len, stream);
        if (*len < room) {
            return bytes;
        }
        room *= 2;
        unsigned char *more = realloc(bytes, room);
        if (more == NULL) {
            free(bytes);
        }
        bytes = more;
    }
    return NULL;
}

int main(int argc, char **argv) {
    dosimeter_classifier *classifier = NULL;
    dosimeter_error *error = NULL;
    if (dosimeter_classifier_new(NULL, &classifier, &error) != DOSIMETER_STATUS_OK) {
        print("error: ", dosimeter_error_message(error), "\n");
        dosimeter_error_free(error);
        return 2;
    }

    dosimeter_file file = {.size = sizeof file, .timeout_ms = 10000};
    unsigned char *bytes = read_all(stdin, &file.len);
    file.data = bytes;
    dosimeter_result *result = NULL;
    if (bytes == NULL
        || dosimeter_scan_file(classifier, &file, &result, &error) != DOSIMETER_STATUS_OK) {
        print("error: ", dosimeter_error_message(error), "\n");
        dosimeter_error_free(error);
        dosimeter_classifier_free(classifier);
        free(bytes);
        return 2;
    }
    free(bytes); /* nothing points into it */

    size_t count = 0;
    const dosimeter_finding *findings = dosimeter_result_findings(result, &count);
    for (size_t index = 0; index < count; index++) {
        const dosimeter_finding *finding = &findings[index];
        print("", finding->rule, "");
        printf(" at %zu..%zu", finding->start, finding->end);
        print(" ", finding->redacted, "\n");
        for (size_t reason = 0; argc > 1 && reason < finding->reasons_len; reason++) {
            print("    ", finding->reasons[reason], "\n");
        }
    }
    (void)argv;

    const dosimeter_gap *gaps = dosimeter_result_gaps(result, &count);
    for (size_t index = 0; index < count; index++) {
        print("not read: ", gaps[index].reason, "\n");
    }
    int is_complete = dosimeter_result_coverage(result) == DOSIMETER_COVERAGE_COMPLETE;
    int status = dosimeter_result_labels(result) != 0 ? 1 : is_complete ? 0 : 3;
    dosimeter_result_free(result);
    dosimeter_classifier_free(classifier);
    return status;
}
