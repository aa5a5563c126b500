using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.Stress.Tests;

/// <summary>The code of a stripped executable, with the symbols of the file that was split off it.</summary>
public sealed class ElfImage
{
    private readonly byte[] _code;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = [];

    private ElfImage(byte[] code) => _code = code;

    /// <summary>Functions by name, with address and size.</summary>
    public SortedDictionary<string, (ulong Address, ulong Size)> Functions { get; } = new(StringComparer.Ordinal);

    /// <summary>Names by address; the first symbol of an address wins unless it is a local one.</summary>
    public SortedDictionary<ulong, string> Names { get; } = [];

    public static ElfImage Read(string executable, string symbols)
    {
        var image = new ElfImage(File.ReadAllBytes(executable));
        image.ReadSegments();
        image.ReadSymbols(File.ReadAllBytes(symbols));
        return image;
    }

    public ReadOnlySpan<byte> CodeAt(ulong address, ulong size)
    {
        foreach ((ulong start, ulong offset, ulong length) in _segments)
            if (address >= start && address + size <= start + length)
                return _code.AsSpan((int)(offset + (address - start)), (int)size);
        throw new InvalidOperationException($"no code at {address:x}");
    }

    private void ReadSegments()
    {
        ulong table = U64(_code, 32);
        int count = U16(_code, 56);
        for (int i = 0; i < count; i++)
        {
            int at = (int)table + i * 56;
            if (U32(_code, at) == 1) _segments.Add((U64(_code, at + 16), U64(_code, at + 8), U64(_code, at + 32)));
        }
    }

    private void ReadSymbols(byte[] file)
    {
        ulong sections = U64(file, 40);
        int count = U16(file, 60);
        for (int i = 0; i < count; i++)
        {
            int section = (int)sections + i * 64;
            if (U32(file, section + 4) != 2) continue;   // SHT_SYMTAB
            int strings = (int)sections + (int)U32(file, section + 40) * 64;
            int names = (int)U64(file, strings + 24), symbols = (int)U64(file, section + 24), size = (int)U64(file, section + 32);
            for (int at = symbols; at < symbols + size; at += 24)
            {
                if ((file[at + 4] & 0xF) != 2) continue;   // STT_FUNC
                int name = names + (int)U32(file, at);
                int end = Array.IndexOf(file, (byte)0, name);
                string text = Encoding.UTF8.GetString(file, name, end - name);
                Functions.TryAdd(text, (U64(file, at + 8), U64(file, at + 16)));
                Names.TryAdd(U64(file, at + 8), text);
            }
        }
    }

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
}
