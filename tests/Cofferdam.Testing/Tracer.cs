namespace Cofferdam.Testing;

/// <summary>Traces a process (ptrace(2)) and never asks what became of it, so that its end is kept from its parent until
/// this is disposed of.</summary>
public sealed class Tracer : IDisposable
{
    private readonly ManualResetEventSlim _attached = new(), _over = new();
    private readonly Thread _thread;
    private Exception? _failure;

    public Tracer(int pid)
    {
        // The kernel's tracer is a thread, and lets go when that ends.
        _thread = new Thread(() => Trace(pid));
        _thread.Start();
        _attached.Wait();
        if (_failure is not null)
            throw _failure;
    }

    public void Dispose()
    {
        _over.Set();
        _thread.Join();
        _attached.Dispose();
        _over.Dispose();
    }

    private void Trace(int pid)
    {
        const int seize = 0x4206;
        try
        {
            Libc.Check((int)Libc.ptrace(seize, pid, 0, 0), "ptrace");
        }
        catch (Exception e)
        {
            _failure = e;
        }
        _attached.Set();
        _over.Wait();
    }
}
