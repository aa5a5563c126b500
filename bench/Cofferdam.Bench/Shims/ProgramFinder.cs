namespace Cofferdam.Bench.Shims;

/// <summary>Where programs are, those beside a chosen containerd first, and what they call themselves.</summary>
internal sealed class ProgramFinder
{
    private static readonly string[] s_folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    private readonly string[] _folders;

    public ProgramFinder(string? containerd)
    {
        _folders = containerd == null ? s_folders : [Path.GetDirectoryName(Path.GetFullPath(containerd))!, .. s_folders];
        Containerd = containerd == null ? Find("containerd") : Path.GetFullPath(containerd);
    }

    public string Containerd { get; }

    public string SearchPath => string.Join(':', _folders);

    /// <summary>A full path; the last folder's if it is nowhere.</summary>
    public string Find(string name) => _folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) ?? Path.Combine(_folders[^1], name);

    /// <summary>The first word with a digit that the program prints when it is asked.</summary>
    public static string Version(string program, string option)
    {
        (string output, _) = Spawned.Read(program, [option], ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], "/", "/dev/null");
        return output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(w => char.IsAsciiDigit(w.TrimStart('v')[..1].FirstOrDefault())) ?? "?";
    }
}
