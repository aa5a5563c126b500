using System.Buffers.Binary;
using System.Text;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The program is in rootfs, and this machine can execute it: what execve(2) would only say when it is too late.</summary>
internal sealed class ProgramCheck : HostCheck
{
    private const string Field = "process.args[0]";
    private const int MaxScripts = 4;
    private const ushort NativeMachine = 62, I386 = 3;   // EM_X86_64 and EM_386 of elf.h

    public override string Subject => "program";

    public override string? Examine(CheckContext context)
    {
        string rootfs = RootSteps.RootfsPath(context.Spec, context.Bundle);
        if (context.Process.Args.Count == 0 || !Files.TryOpen(rootfs, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? root, out _)) return null;
        using (root)
        {
            foreach (string path in Candidates(context.Process))
            {
                if (IsMountedOver(context.Spec, path)) return null;     // the rehearsal will look there
                if (!TryReadStart(root, path, out byte[] start)) continue;
                Follow(context, root, path, start);
                return $"'{path}' can be executed";
            }
        }
        string place = context.Process.Args[0].Contains('/', StringComparison.Ordinal) ? "rootfs" : "the PATH of process.env";
        context.Fail(Field, $"'{context.Process.Args[0]}' is not in {place}", "install it in the image, or correct process.args or PATH");
        return null;
    }

    private static List<string> Candidates(Process process)
    {
        string program = process.Args[0];
        if (program.Contains('/', StringComparison.Ordinal)) return [Path.GetFullPath(program, process.Cwd.StartsWith('/') ? process.Cwd : "/")];
        string? path = process.Env.LastOrDefault(static variable => variable.StartsWith("PATH=", StringComparison.Ordinal))?[5..];
        return [.. (path ?? ProgramSteps.DefaultPath).Split(':').Select(directory => Path.GetFullPath(Path.Combine(directory, program), "/"))];
    }

    private static bool IsMountedOver(RuntimeSpec spec, string path) =>
        spec.Mounts.Any(mount => MountTable.IsAtOrBelow(path, MountSteps.CleanPath(mount.Destination)));

    private static bool TryReadStart(OwnedFd root, string path, out byte[] start)
    {
        start = new byte[4096];
        const ResolveFlags Resolve = ResolveFlags.InRoot | ResolveFlags.NoMagicLinks;
        if (!Files.TryOpenAt2(root, path, OpenFlags.Path, Resolve, out OwnedFd? found, out _)) return false;
        using (found)
            if (Files.Stat(found, path).Type != FileType.Regular) return false;
        if (!Files.TryOpenAt2(root, path, OpenFlags.ReadOnly, Resolve, out OwnedFd? file, out _)) return true;
        using (file)
        {
            Files.TryRead(file, start, out int count, out _);
            Array.Resize(ref start, count);
        }
        return true;
    }

    private static void Follow(CheckContext context, OwnedFd root, string path, byte[] start)
    {
        for (int depth = 0; depth < MaxScripts; depth++)
        {
            string? interpreter = Interpreter(context, path, start);
            if (interpreter is null || IsMountedOver(context.Spec, interpreter)) return;
            if (!TryReadStart(root, interpreter, out byte[] next))
            {
                context.Fail(Field, $"'{path}' needs '{interpreter}', which rootfs does not have", "put it into the image, or link the program statically");
                return;
            }
            if (start[0] == 0x7F) return;   // a loader needs no other
            (path, start) = (interpreter, next);
        }
    }

    /// <summary>What a script or a dynamically linked program is run by; null for others.</summary>
    private static string? Interpreter(CheckContext context, string path, byte[] start)
    {
        if (start.AsSpan().StartsWith("#!"u8))
        {
            int end = start.AsSpan().IndexOf((byte)'\n');
            string line = Encoding.UTF8.GetString(start.AsSpan(2, (end < 0 ? start.Length : end) - 2)).Trim();
            return Path.GetFullPath(line.Split(' ', '\t')[0], "/");
        }
        if (!start.AsSpan().StartsWith("\u007fELF"u8) || start.Length < 64) return null;
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(18));
        if (machine is NativeMachine or I386) return Loader(start);
        string text = $"'{path}' is a program for another kind of machine (ELF machine {machine})";
        const string Advice = "take the image for x86-64, or register an emulator with binfmt_misc";
        if (Files.Exists("/proc/sys/fs/binfmt_misc/status")) context.Warn(Field, text, Advice);
        else context.Fail(Field, text, Advice);
        return null;
    }

    /// <summary>The content of PT_INTERP, where the start of the file has it (elf(5)).</summary>
    private static string? Loader(ReadOnlySpan<byte> file)
    {
        bool is64 = file[4] == 2;
        long table = is64 ? BinaryPrimitives.ReadInt64LittleEndian(file[32..]) : BinaryPrimitives.ReadInt32LittleEndian(file[28..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(file[(is64 ? 54 : 42)..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[(is64 ? 56 : 44)..]);
        for (int i = 0; i < count; i++)
        {
            long at = table + (long)i * size;
            if (at < 0 || at + 56 > file.Length) return null;
            ReadOnlySpan<byte> header = file[(int)at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 3) continue;   // PT_INTERP
            long offset = is64 ? BinaryPrimitives.ReadInt64LittleEndian(header[8..]) : BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            if (offset < 0 || offset >= file.Length) return null;
            ReadOnlySpan<byte> name = file[(int)offset..];
            int end = name.IndexOf((byte)0);
            return end <= 0 ? null : Encoding.UTF8.GetString(name[..end]);
        }
        return null;
    }
}
