using System.Globalization;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>What a process that has nothing to do can give back.</summary>
// SAFETY: only pages of the program's own file are dropped that nobody changed; the next access maps them again. These
// mappings stay where they are for as long as the process lives.
public static unsafe class ProcessMemory
{
    private const string AnonymousField = "Anonymous:";

    private static List<(ulong Start, ulong End)>? s_segments;

    /// <summary>
    /// Unmaps those pages of the program that may not be written (madvise(2) MADV_DONTNEED). They stay in the page cache, and
    /// come back where they are needed; the kernel maps sixteen at each touch, so that after its start a process holds almost
    /// all of its program and soon needs a fifth of it. Where that is refused nothing is lost, ignoring.
    /// </summary>
    public static void DropUnusedProgramPages()
    {
        const int MADV_DONTNEED = 4;
        foreach ((ulong start, ulong end) in s_segments ??= FindSegments()) _ = Libc.madvise((void*)start, (nuint)(end - start), MADV_DONTNEED);
    }

    private static List<(ulong Start, ulong End)> FindSegments()
    {
        List<(ulong, ulong)> segments = [];
        if (!Files.TryReadLink("/proc/self/exe", out string? program, out _) || !Files.TryReadText("/proc/self/smaps", out string? text, out _)) return segments;
        ulong start = 0, end = 0;
        bool isCandidate = false;
        foreach (string line in text.Split('\n'))
        {
            if (TryParseMapping(line, out ulong from, out ulong to, out bool isReadOnly)) (start, end, isCandidate) = (from, to, isReadOnly && line.EndsWith(program, StringComparison.Ordinal));
            // A page that was written before the mapping became read-only is the process's own, and would be lost.
            else if (isCandidate && line.StartsWith(AnonymousField, StringComparison.Ordinal) && line.AsSpan(AnonymousField.Length).Trim().StartsWith("0 ")) segments.Add((start, end));
        }

        return segments;
    }

    // 00400000-00763000 r-xp 00000000 fe:00 123   /usr/bin/program
    private static bool TryParseMapping(string line, out ulong start, out ulong end, out bool isReadOnly)
    {
        isReadOnly = false;
        end = 0;
        int dash = line.IndexOf('-', StringComparison.Ordinal), space = line.IndexOf(' ', StringComparison.Ordinal);
        if (!ulong.TryParse(dash > 0 ? line.AsSpan(0, dash) : [], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out start)) return false;
        if (space < dash || !ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out end)) return false;
        isReadOnly = line.AsSpan(space + 1).StartsWith("r-");
        return true;
    }
}
