namespace Duramen.Log.Batches;

/// <summary>The first thing that is wrong in a run of batches.</summary>
/// <param name="Kind">What it is; <see cref="RunDefectKind.None"/> when nothing is.</param>
/// <param name="PositionBytes">Where the batch begins that has it, in bytes from the start of the run.</param>
public readonly record struct RunDefect(RunDefectKind Kind, int PositionBytes)
{
    /// <summary>The defect as a clause for a message, with its place.</summary>
    public override string ToString() => Kind switch
    {
        RunDefectKind.None => "no defect",
        RunDefectKind.Empty => "there is no batch",
        RunDefectKind.Cut => $"the bytes from position {PositionBytes} on are too few for a batch header",
        RunDefectKind.Length => $"the batch at position {PositionBytes} has a length that is less than its header or reaches beyond the last byte",
        RunDefectKind.Magic => $"the batch at position {PositionBytes} has another magic than 2",
        RunDefectKind.Checksum => $"the batch at position {PositionBytes} has a checksum that its bytes do not give",
        RunDefectKind.RecordCount => $"the batch at position {PositionBytes} has a record count below 1",
        RunDefectKind.LastOffsetDelta => $"the batch at position {PositionBytes} has a last offset delta other than its record count less 1",
        _ => $"defect {(int)Kind} at position {PositionBytes}",
    };
}
