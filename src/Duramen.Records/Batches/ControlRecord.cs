using System.Buffers.Binary;
using Duramen.Core.Binary;

namespace Duramen.Records.Batches;

/// <summary>
/// The record of a control batch: where a transaction ends. Its key is a version and a type, its value a version and the epoch of the
/// coordinator that decided (KIP-98). Types that Duramen does not write keep their number; readers pass over them.
/// </summary>
/// <param name="Type">What the record says.</param>
/// <param name="CoordinatorEpoch">The epoch of the transaction coordinator, or -1 where the type is not a transaction's end.</param>
public readonly record struct ControlRecord(ControlRecordType Type, int CoordinatorEpoch)
{
    /// <summary>The size of the key, in bytes.</summary>
    public const int KeySizeBytes = sizeof(short) + sizeof(short);

    /// <summary>The size of the value, in bytes.</summary>
    public const int ValueSizeBytes = sizeof(short) + sizeof(int);

    /// <summary>Whether the record ends a transaction.</summary>
    public bool IsTransactionEnd => Type is ControlRecordType.Abort or ControlRecordType.Commit;

    /// <summary>Writes the key, <see cref="KeySizeBytes"/> long.</summary>
    public void WriteKey(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, 0);
        BinaryPrimitives.WriteInt16BigEndian(destination[sizeof(short)..], (short)Type);
    }

    /// <summary>Writes the value, <see cref="ValueSizeBytes"/> long.</summary>
    public void WriteValue(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, 0);
        BinaryPrimitives.WriteInt32BigEndian(destination[sizeof(short)..], CoordinatorEpoch);
    }

    /// <summary>
    /// Reads a control record. Later versions may add fields at the end, so longer keys and values are accepted; shorter ones,
    /// negative versions and a transaction's end without its value are not.
    /// </summary>
    public static bool TryParse(NullableBytes key, NullableBytes value, out ControlRecord control)
    {
        control = default;
        if (key.Length < KeySizeBytes || BinaryPrimitives.ReadInt16BigEndian(key.Span) < 0)
        {
            return false;
        }

        ControlRecord found = new((ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key.Span[sizeof(short)..]), CoordinatorEpoch: -1);
        if (found.IsTransactionEnd)
        {
            if (value.Length < ValueSizeBytes || BinaryPrimitives.ReadInt16BigEndian(value.Span) < 0)
            {
                return false;
            }

            found = found with { CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(value.Span[sizeof(short)..]) };
        }

        control = found;
        return true;
    }
}
