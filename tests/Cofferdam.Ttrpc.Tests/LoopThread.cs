using Cofferdam.Linux;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>An event loop on a thread of its own; an exception that ends it fails the test.</summary>
internal sealed class LoopThread : IDisposable
{
    private readonly Thread _thread;
    private Exception? _failure;

    public LoopThread()
    {
        _thread = new Thread(() => _failure = Record.Exception(Loop.Run));
        _thread.Start();
    }

    public EventLoop Loop { get; } = new();

    /// <summary>Does <paramref name="action"/> on the loop's thread and waits for it.</summary>
    public T Run<T>(Func<T> action)
    {
        TaskCompletionSource<T> done = new();
        Loop.Post(() => done.SetResult(action()));
        return RawPeer.Await(done.Task);
    }

    public void Dispose()
    {
        Loop.Stop();
        Assert.True(_thread.Join(RawPeer.Patience));
        Loop.Dispose();
        Assert.Null(_failure);
    }
}
