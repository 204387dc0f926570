/* Loaded before a program (LD_PRELOAD), this makes the processor say that it lacks newer instructions, so that libraries
   choose their code for an older one. Linux on Intel processors: arch_prctl(2), ARCH_SET_CPUID. LACKS names the
   instructions: "vnni", "avx512", "avx2", or "avx"; the later ones include the earlier ones. */

#define _GNU_SOURCE
#include <asm/prctl.h>
#include <cpuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* The bits of each, in leaf 1 (ecx) and leaf 7 (ebx, ecx, edx; eax and edx of its part 1). */
static const struct { const char *name; unsigned ecx1, ebx7, ecx7, edx7, eax71, edx71; } KINDS[] = {
    {"vnni", 0, 0, 0x00005842, 0x03c00000, 0x00000030, 0x00000430}, /* and VBMI, BF16, FP16, AMX */
    {"avx512", 0, 0xd0230000, 0, 0x0000010c, 0, 0},
    {"avx2", 0x00001000, 0x00000020, 0x00000600, 0, 0, 0}, /* and FMA, VAES */
    {"avx", 0x30000000, 0, 0, 0, 0, 0},                    /* and F16C */
};

static int last = -1; /* the last of KINDS that is lacking */

static int cpuid_works(unsigned long yes) { return (int)syscall(SYS_arch_prctl, ARCH_SET_CPUID, yes); }

static void answer(int number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];
    unsigned leaf = (unsigned)registers[REG_RAX], part = (unsigned)registers[REG_RCX], a, b, c, d;
    (void)info;
    if (code[0] != 0x0f || code[1] != 0xa2) { /* another fault */
        signal(number, SIG_DFL);
        return;
    }
    cpuid_works(1);
    __cpuid_count(leaf, part, a, b, c, d);
    cpuid_works(0);
    for (int kind = 0; kind <= last; kind++) {
        if (leaf == 1) c &= ~KINDS[kind].ecx1;
        if (leaf == 7 && part == 0) {
            b &= ~KINDS[kind].ebx7;
            c &= ~KINDS[kind].ecx7;
            d &= ~KINDS[kind].edx7;
        }
        if (leaf == 7 && part == 1) {
            a &= ~KINDS[kind].eax71;
            d &= ~KINDS[kind].edx71;
        }
    }
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void start(void)
{
    const char *name = getenv("LACKS");
    struct sigaction action = {0};
    for (int kind = 0; name && kind < (int)(sizeof KINDS / sizeof *KINDS); kind++)
        if (strcmp(name, KINDS[kind].name) == 0) last = kind;
    if (last < 0) return;
    action.sa_sigaction = answer;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, NULL);
    if (cpuid_works(0) != 0) {
        perror("this processor cannot hide instructions");
        exit(2);
    }
}
