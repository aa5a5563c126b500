using Cofferdam.Linux;

namespace RunUntrusted;

/// <summary>Reads what a program writes, within limits of time and size.</summary>
internal static class OutputReader
{
    /// <summary>Reads until the program has ended, or a limit is reached.</summary>
    /// <returns>What was read, and which limit ended it: null if none did.</returns>
    public static (byte[] Text, string? Stopped) Read(OwnedFd output, OwnedFd program, TimeSpan timeLimit, int sizeLimit)
    {
        Files.SetNonBlocking(output, true);
        using MemoryStream text = new();
        byte[] buffer = new byte[16 * 1024];
        long deadline = Environment.TickCount64 + (long)timeLimit.TotalMilliseconds;
        while (true)
        {
            long left = deadline - Environment.TickCount64;
            PollItem[] items = [new(output, PollEvents.Readable), new(program, PollEvents.Readable)];
            if (left <= 0 || Poll.Wait(items, TimeSpan.FromMilliseconds(left)) == 0) return (text.ToArray(), "it ran too long");
            bool ended = items[1].Ready != PollEvents.None;
            while (Files.TryRead(output, buffer, out int count, out _) && count > 0)
            {
                int room = sizeLimit - (int)text.Length;
                text.Write(buffer, 0, Math.Min(count, room));
                if (count > room) return (text.ToArray(), "it wrote too much");
            }

            if (ended) return (text.ToArray(), null);
            // It closed its output and goes on: only its end is left to wait for.
            if (items[0].Ready == PollEvents.HangUp) return (text.ToArray(), Poll.UntilReadable(program, TimeSpan.FromMilliseconds(left)) ? null : "it ran too long");
        }
    }
}
