/* An open segment file, for those who look things up in it: see segment_reader.c. */

#pragma once

#include "core.h"
#include "dictionary.h"

#define MOST_INFLATED (1u << 26) /* bytes of a string: segment_file.py */

typedef struct {
    uint64_t offset, length;
    uint32_t width; /* of a value; 0 where the column is missing */
} Column;

typedef struct {
    Column bytes, ends;
} Texts;

enum { DOCUMENT, LINE, LINES, BYTE, BYTES, PAGE, HEADING, PASSAGE_COLUMNS };
#define PASSAGE_FIELDS 10  /* of `Passage` in model.py */
#define DOCUMENT_FIELDS 11 /* of `Document` */
#define DOCUMENTS_KEPT 5000 /* that stay as they were read: as in segment.py */
enum { FILE_OF, KIND, PLACE, ORDINAL, DOCUMENT_COLUMNS };
enum { TITLE, ID, MEMBER, FIELDS, DOCUMENT_TEXTS };

typedef struct {
    PyObject_HEAD
    int descriptor; /* -1 when closed */
    int reading;    /* how many wait for the file, or read posting lists in the memory */
    PyObject *sum;  /* computes the sum of some bytes */
    Py_buffer memory, checked, sums;
    Texts groups, firsts, paths, headings, of_document[DOCUMENT_TEXTS];
    Column bases, postings, passages[PASSAGE_COLUMNS], documents[DOCUMENT_COLUMNS];
} Reader;

/* See that the bytes from `start` to `end` are in memory, which has so many. */
int need(Reader *reader, uint64_t start, uint64_t end);

/* Get the block that may have a key, and where its posting lists begin. Return 2 if none may. */
int open_block_of(Reader *reader, const uint8_t *key, Py_ssize_t size, const uint8_t **data, uint32_t *bytes,
                  uint64_t *base);

/* What `fits` is after something was read: 0 instead of a ValueError. */
int after_block(int found);

/* What stands for an answer where something did not fit, or failed. */
PyObject *no_answer(PyObject *begun, int fits);

/* A reader of a tuple, or NULL with an error set. */
Reader *reader_at(PyObject *module, PyObject *readers, Py_ssize_t at);
