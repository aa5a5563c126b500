namespace Cofferdam.LaunchLoad;

/// <summary>
/// Threads that allocate, each a youngest generation's worth and then, after a random pause, again: so collections begin in
/// every moment of the launches of another thread, some in the 0.1 ms between clone3 and execve, and the launches still get on
/// where there are few processors.
/// </summary>
internal sealed class Allocators : IDisposable
{
    private const int Worth = 1 << 20, LongestPause = 4;

    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _stop = new();

    public Allocators(int count)
    {
        _threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Allocate) { IsBackground = true };
            _threads[i].Start();
        }
    }

    public void Dispose()
    {
        _stop.Set();
        foreach (Thread thread in _threads) thread.Join();
        _stop.Dispose();
    }

    private void Allocate()
    {
        object?[] kept = new object?[64];
        do
        {
            for (int i = 0, size = 256; i * size < Worth; i++)
            {
                // Some live on into the older generation, most do not, and some want to be finalized.
                kept[i % kept.Length] = i % 64 == 0 ? new Finalized() : new byte[size];
            }
        }
        while (!_stop.Wait(Random.Shared.Next(LongestPause)));
    }

    private sealed class Finalized
    {
        private static int s_count;

        ~Finalized() => Interlocked.Increment(ref s_count);
    }
}
