/* English stems: see stem.c. */

#pragma once

#include "core.h"

#define ENGLISH_MAX 64 /* bytes of a term: tokenizer.py */

/* Write the stem of a term to `stem`. Return its size, or -1 if the term is not English. */
int stem_english(const uint8_t *term, size_t size, uint8_t stem[ENGLISH_MAX]);
