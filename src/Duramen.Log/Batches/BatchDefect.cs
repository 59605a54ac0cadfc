namespace Duramen.Log.Batches;

/// <summary>The first thing that is wrong in a run of batches.</summary>
/// <param name="Kind">What it is; <see cref="BatchDefectKind.None"/> when nothing is.</param>
/// <param name="PositionBytes">Where the batch begins that has it, in bytes from the start of the run.</param>
public readonly record struct BatchDefect(BatchDefectKind Kind, int PositionBytes)
{
    /// <summary>The defect as a clause for a message, with its place.</summary>
    public override string ToString() => Kind switch
    {
        BatchDefectKind.None => "no defect",
        BatchDefectKind.Empty => "there is no batch",
        BatchDefectKind.Cut => $"the bytes from position {PositionBytes} on are too few for a batch header",
        BatchDefectKind.Length => $"the batch at position {PositionBytes} has a length that is less than its header or reaches beyond the last byte",
        BatchDefectKind.Magic => $"the batch at position {PositionBytes} has another magic than 2",
        BatchDefectKind.Checksum => $"the batch at position {PositionBytes} has a checksum that its bytes do not give",
        BatchDefectKind.RecordCount => $"the batch at position {PositionBytes} has a record count below 1",
        BatchDefectKind.LastOffsetDelta => $"the batch at position {PositionBytes} has a last offset delta other than its record count less 1",
        _ => $"defect {(int)Kind} at position {PositionBytes}",
    };
}
