using System.Globalization;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>What a process that has nothing to do can give back.</summary>
// SAFETY: only pages of files that nobody changed are dropped; the next access maps them again.
public static unsafe class ProcessMemory
{
    private const string AnonymousField = "Anonymous:";

    /// <summary>
    /// Unmaps the pages of programs and libraries that may not be written (madvise(2) MADV_DONTNEED). They stay in the page cache, and
    /// come back one by one where they are needed; the kernel maps sixteen at each touch, so that after its start a process
    /// holds almost all of its program and soon needs a fifth of it.
    /// </summary>
    public static void DropUnusedFilePages()
    {
        ulong start = 0, end = 0;
        bool isCandidate = false;
        foreach (string line in Files.ReadText("/proc/self/smaps").Split('\n'))
        {
            if (TryParseMapping(line, out ulong from, out ulong to, out bool isReadOnlyFile)) (start, end, isCandidate) = (from, to, isReadOnlyFile);
            // A page that was written before the mapping became read-only is the process's own, and would be lost.
            else if (isCandidate && line.StartsWith(AnonymousField, StringComparison.Ordinal) && line.AsSpan(AnonymousField.Length).Trim().StartsWith("0 ")) Drop(start, end);
        }
    }

    // 00400000-00763000 r-xp 00000000 fe:00 123   /usr/bin/program
    private static bool TryParseMapping(string line, out ulong start, out ulong end, out bool isReadOnlyFile)
    {
        isReadOnlyFile = false;
        end = 0;
        int dash = line.IndexOf('-', StringComparison.Ordinal), space = line.IndexOf(' ', StringComparison.Ordinal);
        if (!ulong.TryParse(dash > 0 ? line.AsSpan(0, dash) : [], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out start)) return false;
        if (space < dash || !ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out end)) return false;
        isReadOnlyFile = line.AsSpan(space + 1).StartsWith("r-") && line.Contains('/', StringComparison.Ordinal);
        return true;
    }

    private static void Drop(ulong start, ulong end)
    {
        const int MADV_DONTNEED = 4;
        if (Libc.madvise((void*)start, (nuint)(end - start), MADV_DONTNEED) < 0) throw Kernel.Failure("madvise");
    }
}
