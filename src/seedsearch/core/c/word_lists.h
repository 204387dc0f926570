/* The posting lists of a word in a segment: see word_lists.c. */

#pragma once

#include "postings.h"

typedef struct WordLists WordLists;

/* How many there are. */
Py_ssize_t count_lists(const WordLists *lists);

/* Open a list as a source, read up to its positions or whole. Nothing of the index is copied: the source is valid while
 * the lists are held. */
int open_word_list(Source *source, WordLists *lists, Py_ssize_t number, size_t passages, int with_positions);

/* Keep the segment's memory, whoever closes the segment, until it is let go of. */
void hold(WordLists *lists);
void let_go(WordLists *lists);
