using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class TerminalsTests
{
    [Fact]
    public void A_pty_carries_text_and_its_size()
    {
        using Pty pty = Terminals.OpenPty();
        Assert.True(Terminals.IsTerminal(pty.Slave));
        Terminals.SetSize(pty.Master, new WindowSize(132, 43));
        Assert.Equal(new WindowSize(132, 43), Terminals.ReadSize(pty.Slave));
        Assert.Equal($"/dev/pts/{pty.Number}", Files.ReadLink(pty.Slave.ProcPath));
        Files.WriteAll(pty.Slave, "a\n"u8);
        Assert.Equal("a\r\n", Read(pty.Master));
    }

    [Fact]
    public void Newline_translation_is_switched_off()
    {
        using Pty pty = Terminals.OpenPty();
        Terminals.DisableNewlineTranslation(pty.Master);
        Files.WriteAll(pty.Slave, "a\n"u8);
        Assert.Equal("a\n", Read(pty.Master));
    }

    [Fact]
    public void Raw_mode_echoes_nothing_until_it_is_disposed()
    {
        using Pty pty = Terminals.OpenPty();
        using (Terminals.MakeRaw(pty.Slave))
        {
            Files.WriteAll(pty.Master, "x"u8);
            Assert.Equal("x", Read(pty.Slave));
        }

        Files.WriteAll(pty.Master, "y\n"u8);
        Assert.Equal("y\r\n", Read(pty.Master));
        Assert.Equal("y\n", Read(pty.Slave));
    }

    [Fact]
    public void A_file_is_no_terminal()
    {
        using OwnedFd file = Memfds.Create("plain");
        Assert.False(Terminals.IsTerminal(file));
        Assert.Equal(Errno.ENOTTY, Assert.Throws<LinuxException>(() => Terminals.MakeRaw(file)).Errno);
        Assert.Equal(Errno.ENOTTY, Assert.Throws<LinuxException>(() => Terminals.ReadSize(file)).Errno);
    }

    private static string Read(OwnedFd fd)
    {
        byte[] buffer = new byte[64];
        return Encoding.UTF8.GetString(buffer, 0, Files.Read(fd, buffer));
    }
}
