namespace Cofferdam.Shim.Io;

/// <summary>Moves the bytes of one stream. Disposing of it, on the loop's thread, ends it where it is.</summary>
internal interface IRelay : IDisposable
{
    /// <summary>Begins; from any thread.</summary>
    void Start();
}
