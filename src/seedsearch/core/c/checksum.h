/* The sums of blocks: see checksum.c. */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Compute the CRC-32 of some bytes, if the processor has instructions for it and the size fits them. Return whether it was. */
int sum_by_processor(const uint8_t *data, size_t size, uint32_t *sum);
