/* The CRC-32 of zlib, by the instructions that processors have for it: several times as fast as zlib itself.
 *
 * The twin is zlib.crc32, which is asked where there are no such instructions. */

#include "checksum.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define FOLDS_BITS
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#define HAS_INSTRUCTION
#include <arm_acle.h>
#include <string.h>
#endif

#ifdef FOLDS_BITS

#define STEP 64 /* bytes that are folded together */
#define WITH_FOLDING __attribute__((target("pclmul,sse4.1")))

/* Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction (2009). Each constant is a power of
 * x, modulo the polynomial, with its bits in reverse order: it moves 128 bits ahead by a distance of 512 or of 128 bits. */
WITH_FOLDING static inline __m128i
moved(__m128i bits, __m128i powers, __m128i onto)
{
    __m128i low = _mm_clmulepi64_si128(bits, powers, 0x00), high = _mm_clmulepi64_si128(bits, powers, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

WITH_FOLDING static inline __m128i
bits_at(const uint8_t *data)
{
    return _mm_loadu_si128((const __m128i *)(const void *)data);
}

WITH_FOLDING static uint32_t
folded(const uint8_t *data, size_t size)
{
    const __m128i by_512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4), by_128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i by_64 = _mm_set_epi64x(0, 0x163cd6124), reduce = _mm_set_epi64x(0x1f7011641, 0x1db710641);
    const __m128i half = _mm_set_epi32(0, 0, 0, -1);
    __m128i bits[4];
    for (int i = 0; i < 4; i++) {
        bits[i] = bits_at(data + 16 * i);
    }
    bits[0] = _mm_xor_si128(bits[0], half); /* a sum begins with ones */
    for (size_t at = STEP; at < size; at += STEP) {
        for (int i = 0; i < 4; i++) {
            bits[i] = moved(bits[i], by_512, bits_at(data + at + 16 * (size_t)i));
        }
    }
    for (int i = 1; i < 4; i++) {
        bits[i] = moved(bits[i - 1], by_128, bits[i]);
    }
    /* 128 bits to 96, to 64, and by Barrett's reduction to 32. */
    __m128i left = _mm_xor_si128(_mm_clmulepi64_si128(bits[3], by_128, 0x10), _mm_srli_si128(bits[3], 8));
    left = _mm_xor_si128(_mm_clmulepi64_si128(_mm_and_si128(left, half), by_64, 0x00), _mm_srli_si128(left, 4));
    __m128i times = _mm_clmulepi64_si128(_mm_and_si128(left, half), reduce, 0x10);
    times = _mm_clmulepi64_si128(_mm_and_si128(times, half), reduce, 0x00);
    return ~(uint32_t)_mm_extract_epi32(_mm_xor_si128(left, times), 1);
}

int
sum_by_processor(const uint8_t *data, size_t size, uint32_t *sum)
{
    if (size < STEP || size % STEP || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) {
        return 0;
    }
    *sum = folded(data, size);
    return 1;
}

#elif defined(HAS_INSTRUCTION)

int
sum_by_processor(const uint8_t *data, size_t size, uint32_t *sum)
{
    uint32_t found = UINT32_MAX;
    uint64_t eight;
    if (size % sizeof eight) {
        return 0;
    }
    for (size_t at = 0; at < size; at += sizeof eight) {
        memcpy(&eight, data + at, sizeof eight);
        found = __crc32d(found, eight);
    }
    *sum = ~found;
    return 1;
}

#else

int
sum_by_processor(const uint8_t *data, size_t size, uint32_t *sum)
{
    (void)data, (void)size, (void)sum;
    return 0;
}

#endif
