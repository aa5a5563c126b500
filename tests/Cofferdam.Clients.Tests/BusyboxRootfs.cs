using System.Diagnostics;

namespace Cofferdam.Clients.Tests;

/// <summary>A root filesystem of busybox, as a folder and as a tar that becomes an image.</summary>
internal static class BusyboxRootfs
{
    private static readonly string[] s_applets =
        ["sh", "cat", "echo", "env", "grep", "hostname", "id", "ip", "kill", "ls", "mount", "nc", "ping", "ps", "sleep", "stty", "sync", "test", "touch", "true", "tty", "umount", "wc", "dd", "head", "tail"];

    public static string CreateIn(string folder)
    {
        string rootfs = Path.Combine(folder, "rootfs");
        foreach (string name in (string[])["bin", "dev", "etc", "proc", "root", "run", "sys", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(rootfs, name));
        }

        File.SetUnixFileMode(Path.Combine(rootfs, "tmp"), (UnixFileMode)0x3FF); // 1777
        File.Copy("/bin/busybox", Path.Combine(rootfs, "bin/busybox"));
        foreach (string applet in s_applets)
        {
            File.CreateSymbolicLink(Path.Combine(rootfs, "bin", applet), "busybox");
        }

        File.WriteAllText(Path.Combine(rootfs, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000:guest:/tmp:/bin/sh\n");
        File.WriteAllText(Path.Combine(rootfs, "etc/group"), "root:x:0:\nguest:x:1000:\n");
        return rootfs;
    }

    public static string CreateTarIn(string folder)
    {
        string rootfs = CreateIn(folder);
        string tar = Path.Combine(folder, "busybox.tar");
        using Process process = Process.Start("tar", ["-C", rootfs, "-cf", tar, "."]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return tar;
    }
}
