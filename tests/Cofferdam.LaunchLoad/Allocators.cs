namespace Cofferdam.LaunchLoad;

/// <summary>
/// Threads that allocate, so that collections run while another thread launches. They stop when they are far ahead of the
/// launches, since on a machine with few processors the launches would not get on otherwise.
/// </summary>
internal sealed class Allocators : IDisposable
{
    private const int CollectionsPerLaunch = 2;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _launched = new(0);
    private volatile int _allowedCollections = CollectionsPerLaunch;
    private volatile bool _stopped;

    public Allocators(int count)
    {
        _threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Allocate) { IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>Lets the threads go on to the collections of one more launch.</summary>
    public void AllowMore()
    {
        if (_threads.Length == 0) return;
        _allowedCollections = GC.CollectionCount(0) + CollectionsPerLaunch;
        _launched.Release(_threads.Length);
    }

    public void Dispose()
    {
        _stopped = true;
        _launched.Release(Math.Max(1, _threads.Length));
        foreach (Thread thread in _threads) thread.Join();
        _launched.Dispose();
    }

    private void Allocate()
    {
        object?[] kept = new object?[64];
        for (int i = 0; !_stopped; i++)
        {
            // Some live on into the older generation, most do not, and some want to be finalized.
            kept[i % kept.Length] = i % 16 == 0 ? new Finalized() : new byte[256 + i % 1024];
            if (GC.CollectionCount(0) >= _allowedCollections) _launched.Wait();
        }
    }

    private sealed class Finalized
    {
        private static int s_count;

        ~Finalized() => Interlocked.Increment(ref s_count);
    }
}
