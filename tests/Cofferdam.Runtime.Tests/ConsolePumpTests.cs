using System.Security.Cryptography;
using Cofferdam.Linux;
using Cofferdam.Runtime.Foreground;

namespace Cofferdam.Runtime.Tests;

/// <summary>With real pseudo-terminals and pipes; no privileges are needed.</summary>
public sealed class ConsolePumpTests
{
    private const int Size = 300_000;

    [Fact]
    public async Task All_output_arrives_also_what_was_written_last()
    {
        byte[] expected = new byte[Size];
        RandomNumberGenerator.Fill(expected);
        for (int i = 0; i < expected.Length; i++) expected[i] = (byte)('a' + (expected[i] & 15));

        using Pty pty = Terminals.OpenPty();
        using TerminalMode raw = Terminals.MakeRaw(pty.Slave);
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        Task<byte[]> reader = Task.Run(() => Files.ReadAll(read));
        using (ConsolePump pump = new(pty.Master, null, write))
        {
            Task writer = Task.Run(() => Files.WriteAll(pty.Slave, expected));
            Turn(pump, () => writer.IsCompleted);
            pump.Drain();
        }
        Assert.Equal(expected, await reader);
        read.Dispose();
    }

    [Fact]
    public void What_is_typed_reaches_the_terminal()
    {
        using Pty pty = Terminals.OpenPty();
        using TerminalMode raw = Terminals.MakeRaw(pty.Slave);
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using ConsolePump pump = new(pty.Master, read, null);
        byte[] expected = [.. Enumerable.Range(0, Size).Select(i => (byte)('a' + (i % 26)))];
        Task typist = Task.Run(() =>
        {
            Files.WriteAll(write, expected);
            write.Dispose();
        });
        byte[] got = new byte[Size];
        Task reader = Task.Run(() =>
        {
            for (int count = 0; count < Size;) count += Files.Read(pty.Slave, got.AsSpan(count));
        });
        Turn(pump, () => reader.IsCompleted);
        Assert.Equal(expected, got);
        Assert.True(typist.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_reader_that_goes_away_does_not_stop_the_program()
    {
        using Pty pty = Terminals.OpenPty();
        using TerminalMode raw = Terminals.MakeRaw(pty.Slave);
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        read.Dispose();
        using ConsolePump pump = new(pty.Master, null, write);
        Task writer = Task.Run(() => Files.WriteAll(pty.Slave, new byte[Size]));
        Turn(pump, () => writer.IsCompleted);
        pump.Drain();
        Assert.True(writer.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_program_may_close_its_terminal_and_open_it_again()
    {
        using OwnedFd ptmx = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        Terminals.Unlock(ptmx);
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        Span<byte> got = stackalloc byte[16];
        using (read)
        using (ConsolePump pump = new(ptmx, null, write))
        {
            for (int round = 0; round < 2; round++)
            {
                using (OwnedFd slave = Terminals.OpenPeer(ptmx)) Files.WriteAll(slave, "hello"u8);
                pump.Drain();
                Assert.Equal(5, Files.Read(read, got));
            }
        }
    }

    private static void Turn(ConsolePump pump, Func<bool> done)
    {
        PollItem[] items = new PollItem[ConsolePump.Slots];
        while (!done())
        {
            int count = pump.Prepare(items);
            Poll.Wait(items.AsSpan(0, count), TimeSpan.FromMilliseconds(20));
            pump.Advance(items.AsSpan(0, count));
        }
    }
}
