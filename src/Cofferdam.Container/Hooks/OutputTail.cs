using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Hooks;

/// <summary>Reads a pipe without waiting and keeps the last part of what came: where programs say why they fail.</summary>
internal sealed class OutputTail : IDisposable
{
    private const int Limit = 2048;

    private readonly byte[] _buffer = new byte[2 * Limit];
    private int _length;
    private bool _cut;

    /// <summary>Takes ownership of the reading end.</summary>
    public OutputTail(OwnedFd source)
    {
        Source = source;
        Files.SetNonBlocking(source, true);
    }

    public OwnedFd Source { get; }

    /// <summary>Whether all writers are gone.</summary>
    public bool Ended { get; private set; }

    /// <summary>What was kept, trimmed, on one line: callers show the last line of a message only.</summary>
    public string Text
    {
        get
        {
            string text = Encoding.UTF8.GetString(_buffer, 0, _length).Trim().ReplaceLineEndings("\\n");
            return _cut ? "…" + text : text;
        }
    }

    /// <summary>Reads all that is there now.</summary>
    public void Drain()
    {
        while (!Ended)
        {
            if (_length == _buffer.Length)
            {
                _buffer.AsSpan(Limit).CopyTo(_buffer);
                _length = Limit;
                _cut = true;
            }

            if (!Files.TryRead(Source, _buffer.AsSpan(_length), out int count, out _)) return;
            Ended = count == 0;
            _length += count;
        }
    }

    public void Dispose() => Source.Dispose();
}
