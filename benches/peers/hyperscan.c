/* Hyperscan or Vectorscan in block mode with our own exported rules.
 *
 * Usage: hyperscan ROUNDS RULES FILE...
 * RULES is what `bench export` writes: id, flags and pattern, separated by tabs.
 *
 * Prints one line for each file: bytes, best seconds of the thread for all of the file as one block, best seconds
 * line by line, matches in the block and in the lines, rules that compile, rules that do not, seconds to compile.
 *
 * As fair as it gets: no start of match is asked for, which would cost it much; nothing is done with a
 * match but to count it; what we do afterwards (checksums, context, redaction) it need not do.
 */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct rules {
    char **patterns;
    unsigned *flags, *ids;
    unsigned count, refused;
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "error: %s\n", what);
    exit(1);
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text;

    if (!file)
        fail("the file cannot be read");
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    text = malloc(*length + 1);
    if (!text || fread(text, 1, *length, file) != *length)
        fail("the file cannot be read");
    text[*length] = 0;
    fclose(file);
    return text;
}

/* Takes a rule if it compiles by itself; of the others it is told how many they are. */
static void take(struct rules *rules, char *pattern, unsigned flags)
{
    hs_compile_error_t *error = NULL;
    hs_database_t *database = NULL;

    if (hs_compile(pattern, flags, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        rules->refused++;
        return;
    }
    hs_free_database(database);
    rules->patterns[rules->count] = pattern;
    rules->flags[rules->count] = flags;
    rules->ids[rules->count] = rules->count;
    rules->count++;
}

static struct rules read_rules(char *text, size_t length)
{
    struct rules rules = {0};
    char *line, *rest = text;
    size_t most = 1, at;

    for (at = 0; at < length; at++)
        most += text[at] == '\n';
    rules.patterns = calloc(most, sizeof *rules.patterns);
    rules.flags = calloc(most, sizeof *rules.flags);
    rules.ids = calloc(most, sizeof *rules.ids);
    if (!rules.patterns || !rules.flags || !rules.ids)
        fail("no memory");
    while ((line = strsep(&rest, "\n"))) {
        char *flags, *pattern;

        strsep(&line, "\t");
        flags = strsep(&line, "\t");
        pattern = line;
        if (flags && pattern)
            take(&rules, pattern, *flags == 'u' ? HS_FLAG_UTF8 | HS_FLAG_UCP : 0);
    }
    return rules;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(unsigned long long *)context;
    return 0;
}

static unsigned long long by_line(const hs_database_t *database, hs_scratch_t *scratch, const char *text,
                                  size_t length)
{
    unsigned long long found = 0;
    const char *start = text, *end = text + length;

    while (start < end) {
        const char *feed = memchr(start, '\n', (size_t)(end - start));
        size_t line = (size_t)((feed ? feed : end) - start);

        hs_scan(database, start, (unsigned)line, 0, scratch, count, &found);
        start += line + 1;
    }
    return found;
}

static void measure(const hs_database_t *database, hs_scratch_t *scratch, const char *path, int rounds)
{
    unsigned long long found = 0, in_lines = 0;
    double whole = 1e9, lines = 1e9;
    size_t length;
    char *text = read_file(path, &length);
    int round;

    for (round = 0; round <= rounds; round++) {
        double start = now(), middle, end;

        found = 0;
        hs_scan(database, text, (unsigned)length, 0, scratch, count, &found);
        middle = now();
        in_lines = by_line(database, scratch, text, length);
        end = now();
        if (round > 0 && middle - start < whole)
            whole = middle - start;
        if (round > 0 && end - middle < lines)
            lines = end - middle;
    }
    printf("%zu %.6f %.6f %llu %llu", length, whole, lines, found, in_lines);
    free(text);
}

int main(int argc, char **argv)
{
    hs_compile_error_t *error = NULL;
    hs_database_t *database = NULL;
    hs_scratch_t *scratch = NULL;
    struct rules rules;
    double compile;
    size_t length;
    char *text;
    int at;

    if (argc < 4)
        fail("usage: hyperscan ROUNDS RULES FILE...");
    text = read_file(argv[2], &length);
    rules = read_rules(text, length);
    compile = now();
    if (hs_compile_multi((const char *const *)rules.patterns, rules.flags, rules.ids, rules.count,
                         HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS)
        fail(error->message);
    compile = now() - compile;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
        fail("no memory");
    for (at = 3; at < argc; at++) {
        measure(database, scratch, argv[at], atoi(argv[1]));
        printf(" %u %u %.3f\n", rules.count, rules.refused, compile);
    }
    return 0;
}
