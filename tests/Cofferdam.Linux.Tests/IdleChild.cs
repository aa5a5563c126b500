namespace Cofferdam.Linux.Tests;

/// <summary>A child that does nothing. It reads from us, so that it ends with the test, however that ends.</summary>
internal sealed class IdleChild : IDisposable
{
    public static readonly string[] Arguments = ["sh", "-c", "echo; read line"];

    private readonly OwnedFd _input;

    public IdleChild(params IReadOnlyList<OwnedFd> extraFds)
    {
        (OwnedFd input, _input) = Pipes.Create();
        (OwnedFd read, OwnedFd output) = Pipes.Create();
        using (read)
        {
            using (input)
            using (output)
            {
                Process = ChildProcess.Start(new ChildStart { Path = "/bin/sh", Arguments = Arguments, StandardInput = input, StandardOutput = output, ExtraFds = extraFds });
            }

            // posix_spawn returns in the middle of execve, before /proc shows the new program.
            Files.Read(read, new byte[1]);
        }
    }

    public ChildProcess Process { get; }

    public int Id => Process.Id;

    public void Dispose()
    {
        _input.Dispose();
        Process.Kill();
        Process.Wait();
        Process.Dispose();
    }
}
