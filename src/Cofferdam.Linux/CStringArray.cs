using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A NULL-terminated array of C strings (argv, envp) in native memory.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public sealed unsafe class CStringArray : IDisposable
{
    private byte** _pointers;

    /// <summary>Encodes the strings; <paramref name="operation"/> is named when one cannot be encoded.</summary>
    public CStringArray(IReadOnlyList<string> strings, string operation)
    {
        byte[][] encoded = new byte[strings.Count][];
        int size = (strings.Count + 1) * sizeof(byte*);
        for (int i = 0; i < encoded.Length; i++)
        {
            encoded[i] = CString.Encode(strings[i], operation);
            size = checked(size + encoded[i].Length);
        }

        // SAFETY: one block holds the pointers and behind them the strings; its size was summed up above.
        _pointers = (byte**)NativeMemory.Alloc((nuint)size);
        byte* text = (byte*)(_pointers + encoded.Length + 1);
        for (int i = 0; i < encoded.Length; i++)
        {
            _pointers[i] = text;
            encoded[i].CopyTo(new Span<byte>(text, encoded[i].Length));
            text += encoded[i].Length;
        }

        _pointers[encoded.Length] = null;
    }

    /// <summary>The array, valid until this object is disposed.</summary>
    public byte** Pointers => _pointers;

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_pointers);
        _pointers = null;
    }
}
