using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Encodes a plan into the flat memory that init maps: a header, the step records, and what they refer to.</summary>
// SAFETY: structures are written by MemoryMarshal into a buffer that grows before every write.
internal sealed class BlobEncoder
{
    private byte[] _bytes = new byte[32 * 1024];
    private int _length;

    /// <summary>Where in the blob each step's time will stand; 0 without timings.</summary>
    public int TimesOffset { get; private set; }

    /// <summary>Encodes <paramref name="plan"/>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="descriptors">The number of the descriptor that was opened for a request.</param>
    /// <param name="header">The descriptors of the launch itself; offsets are filled in here.</param>
    /// <param name="timed">Reserve room for the time of each step.</param>
    public ReadOnlySpan<byte> Encode(LaunchPlan plan, Func<DescriptorRequest, int> descriptors, InitBlob header, bool timed)
    {
        int recordSize = Unsafe.SizeOf<StepRecord>();
        _length = Unsafe.SizeOf<InitBlob>();
        header.StepsOffset = Reserve(plan.Steps.Count * recordSize);
        header.StepCount = plan.Steps.Count;
        if (timed) TimesOffset = header.TimesOffset = Reserve(plan.Steps.Count * sizeof(long));
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            StepRecord record = EncodeStep(plan.Steps[i], descriptors);
            MemoryMarshal.Write(_bytes.AsSpan(header.StepsOffset + i * recordSize), in record);
        }
        header.ArgumentsOffset = AddList(plan.Arguments, 0);
        header.EnvironmentOffset = AddList(plan.Environment, plan.FindsHome ? 1 : 0);
        header.HomeSlot = plan.FindsHome ? plan.Environment.Count : -1;
        header.ScratchOffset = Reserve(InitBlob.ScratchSize);
        header.Magic = InitBlob.ExpectedMagic;
        header.Size = _length;
        MemoryMarshal.Write(_bytes, in header);
        return _bytes.AsSpan(0, _length);
    }

    private StepRecord EncodeStep(LaunchStep step, Func<DescriptorRequest, int> descriptors)
    {
        StepRecord record = default;
        record.Op = (int)step.Op;
        Span<long> operands = MemoryMarshal.CreateSpan(ref record.A, 8);
        for (int i = 0; i < step.Operands.Length; i++)
        {
            operands[i] = step.Operands[i].Content switch
            {
                string text => AddText(text),
                byte[] bytes => AddBytes(bytes),
                string[] texts => AddList(texts, 0),
                DescriptorRequest request => descriptors(request),
                _ => step.Operands[i].Number,
            };
        }
        return record;
    }

    private int AddText(string text)
    {
        int size = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        Grow(size);
        int offset = _length;
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
        _bytes[_length++] = 0;
        return offset;
    }

    private int AddBytes(byte[] bytes)
    {
        int offset = Reserve(bytes.Length);
        bytes.CopyTo(_bytes, offset);
        return offset;
    }

    /// <summary>A null-terminated array of offsets, with room for more entries before its end.</summary>
    private int AddList(IReadOnlyList<string> texts, int spare)
    {
        int array = Reserve((texts.Count + spare + 1) * sizeof(long));
        for (int i = 0; i < texts.Count; i++)
        {
            long offset = AddText(texts[i]);
            MemoryMarshal.Write(_bytes.AsSpan(array + i * sizeof(long)), in offset);
        }
        return array;
    }

    /// <summary>Zeroed room, aligned to 8 bytes.</summary>
    private int Reserve(int size)
    {
        Grow(size + 8);
        _length = (_length + 7) & ~7;
        int offset = _length;
        _length += size;
        return offset;
    }

    private void Grow(int size)
    {
        if (_length + size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
    }
}
