// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which op the hardware tags: an instruction at a random distance ahead.
 *
 * Not the one at RIP: under emulation without KVM interrupts arrive only at the
 * start of a translated block, and the first instruction of a block is always
 * the same one. A distance drawn from a triangle (the sum of two draws) gives
 * every instruction of a loop nearly the same chance, wherever it is entered
 * and whatever its length.
 */
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/msr.h>
#include <asm/ptrace.h>

#include "access.h"
#include "ibs_emu.h"
#include "settings.h"
#include "stats.h"

#define CODE_BYTES	192

struct code {
	u64	address;
	unsigned int bytes;
	bool	user;
	u8	text[CODE_BYTES];
};

static bool copy_code(const struct code *code, void *to, unsigned int bytes)
{
	void *from = (void *)code->address;

	if (code->user)
		return !copy_from_user_nofault(to, (void __user *)from, bytes);
	return !copy_from_kernel_nofault(to, from, bytes);
}

/* As much as can be read, up to the end of the page if not more. */
static bool read_code(struct code *code, u64 address)
{
	unsigned int left = PAGE_SIZE - offset_in_page(address);

	code->address = address;
	code->bytes = CODE_BYTES;
	if (copy_code(code, code->text, CODE_BYTES))
		return true;
	code->bytes = left;
	return left < CODE_BYTES && copy_code(code, code->text, left);
}

static bool read_user(void *context, u64 address, void *to, unsigned int bytes)
{
	return !copy_from_user_nofault(to, (void __user *)address, bytes);
}

static void load_registers(struct x86_state *state, struct pt_regs *regs)
{
	const u64 gpr[X86_GPR_COUNT] = {
		regs->ax, regs->cx, regs->dx, regs->bx, regs->sp, regs->bp, regs->si, regs->di,
		regs->r8, regs->r9, regs->r10, regs->r11, regs->r12, regs->r13, regs->r14,
		regs->r15,
	};

	memset(state, 0, sizeof(*state));
	memcpy(state->gpr, gpr, sizeof(gpr));
	state->gpr_known = (1U << X86_GPR_COUNT) - 1;
	state->ip = regs->ip;
	state->flags = regs->flags;
	state->flags_known = X86_FLAGS;
	rdmsrl(MSR_FS_BASE, state->fs_base);
	if (user_mode(regs)) {
		rdmsrl(MSR_KERNEL_GS_BASE, state->gs_base);
		state->memory.read = read_user;
	} else {
		/* what the kernel points to may be a device, which a read would change */
		rdmsrl(MSR_GS_BASE, state->gs_base);
	}
}

static u64 draw_distance(struct ibs_cpu *cpu)
{
	return ibs_random(cpu) % ibs_settings.window + ibs_random(cpu) % ibs_settings.window;
}

/* How far one instruction takes us: each element that a string instruction has left counts. */
static u64 steps(const struct x86_accesses *accesses)
{
	return accesses->count ? max_t(u64, accesses->at[0].repeats, 1) : 1;
}

static enum ibs_stat choose(struct ibs_cpu *cpu, const struct x86_accesses *accesses, u64 element,
			    struct ibs_tagged *tagged)
{
	if (!accesses->count)
		return IBS_OP_NO_ACCESS;
	tagged->access = accesses->at[ibs_random(cpu) % accesses->count];
	tagged->access.address += element * tagged->access.bytes;
	return tagged->access.known ? IBS_OP_ACCESS : IBS_OP_UNKNOWN;
}

static enum ibs_stat walk(struct ibs_cpu *cpu, struct x86_state *state, struct code *code,
			  struct ibs_tagged *tagged)
{
	u64 distance = draw_distance(cpu), offset, ip;
	struct x86_accesses accesses;
	enum x86_result result;

	do {
		ip = state->ip;
		if (ip - code->address >= code->bytes && !read_code(code, ip))
			return IBS_OP_CUT;
		offset = ip - code->address;
		result = x86_step(state, code->text + offset, code->bytes - offset, &accesses);
		if (result == X86_STOP)
			return IBS_OP_CUT;
		if (distance < steps(&accesses)) {
			tagged->ip = ip;
			tagged->branch = accesses.branch;
			return choose(cpu, &accesses, distance, tagged);
		}
		distance -= steps(&accesses);
	} while (result == X86_NEXT);
	return IBS_OP_CUT;
}

static enum ibs_stat tag(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_tagged *tagged)
{
	struct code code = { .user = user_mode(regs) };
	struct x86_state state;

	if (ibs_percent(cpu, ibs_settings.nonmem_pct))
		return IBS_OP_DRAWN_NONE;
	if (code.user && !user_64bit_mode(regs))
		return IBS_OP_NO_CODE;
	if (!read_code(&code, regs->ip))
		return IBS_OP_NO_CODE;
	load_registers(&state, regs);
	return walk(cpu, &state, &code, tagged);
}

void ibs_tag_access(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_tagged *tagged)
{
	enum ibs_stat outcome;

	memset(tagged, 0, sizeof(*tagged));
	tagged->ip = regs->ip;
	outcome = tag(cpu, regs, tagged);
	ibs_count(IBS_OP_TAGS);
	ibs_count(outcome);
	tagged->has_access = outcome == IBS_OP_ACCESS;
}
