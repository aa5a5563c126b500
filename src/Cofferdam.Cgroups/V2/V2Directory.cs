using System.Diagnostics.CodeAnalysis;
using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>
/// The directory of one cgroup, held open for the length of one operation: its files are opened relative to it, so that
/// the kernel walks the path once.
/// </summary>
internal sealed class V2Directory : IDisposable
{
    private const int PageSize = 4096;

    private readonly OwnedFd _directory;

    private V2Directory(string path, OwnedFd directory)
    {
        Path = path;
        _directory = directory;
    }

    /// <summary>As it was opened, for messages.</summary>
    public string Path { get; }

    /// <summary>An O_PATH descriptor, as clone3(2) and bpf(2) take it.</summary>
    public OwnedFd File => _directory;

    public string this[string file] => $"{Path}/{file}";

    public static bool TryOpen(string path, [NotNullWhen(true)] out V2Directory? directory, out Errno errno)
    {
        directory = Files.TryOpen(path, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? opened, out errno) ? new V2Directory(path, opened) : null;
        return directory is not null;
    }

    public static V2Directory Open(string path) =>
        TryOpen(path, out V2Directory? directory, out Errno errno) ? directory : throw new LinuxException("open", errno, path);

    /// <summary>Writes <paramref name="value"/>, or throws naming the JSON field that asked for it.</summary>
    public void Write(string file, string value, string field, string? hint = null)
    {
        if (!TryWrite(file, value, out Errno errno)) throw CgroupErrors.Write(field, this[file], value, errno, hint);
    }

    /// <summary>One write(2) to a file that exists.</summary>
    public bool TryWrite(string file, string value, out Errno errno)
    {
        if (!TryOpenFile(file, OpenFlags.WriteOnly, out OwnedFd? opened, out errno)) return false;
        using (opened) return Files.TryWrite(opened, Encoding.UTF8.GetBytes(value), out _, out errno);
    }

    public bool TryOpenFile(string file, OpenFlags flags, [NotNullWhen(true)] out OwnedFd? opened, out Errno errno) =>
        Files.TryOpenAt(_directory, file, flags, out opened, out errno);

    /// <summary>The content without the final newline, or null if there is no such file or it cannot be read now.</summary>
    public string? TryRead(string file) => TryRead(file, out string? text, out _) ? text : null;

    /// <summary>The content without the final newline.</summary>
    public bool TryRead(string file, [NotNullWhen(true)] out string? text, out Errno errno)
    {
        text = null;
        if (!TryOpenFile(file, OpenFlags.ReadOnly, out OwnedFd? opened, out errno)) return false;
        using (opened) return TryRead(opened, out text, out errno);
    }

    /// <summary>The number in the file; 0 without the file, <see cref="ulong.MaxValue"/> for "max".</summary>
    public ulong ReadNumber(string file) => TryRead(file) is { } text ? KernelText.Number(text) : 0;

    public void Dispose() => _directory.Dispose();

    // The kernel prints these files in one piece, so a read that does not fill the buffer has all of it.
    private static bool TryRead(OwnedFd file, [NotNullWhen(true)] out string? text, out Errno errno)
    {
        text = null;
        byte[] buffer = new byte[PageSize];
        int used = 0;
        while (true)
        {
            if (!Files.TryRead(file, buffer.AsSpan(used), out int count, out errno)) return false;
            used += count;
            if (used < buffer.Length) break;
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        text = Encoding.UTF8.GetString(buffer, 0, used).TrimEnd('\n');
        return true;
    }
}
