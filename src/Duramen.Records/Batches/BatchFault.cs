using System.Globalization;

namespace Duramen.Records.Batches;

/// <summary>
/// The first thing that is wrong with a batch, and where. Cheap to make and to pass on: the message is put together only when somebody asks for it.
/// </summary>
/// <param name="Defect">What is wrong.</param>
/// <param name="PositionBytes">
/// Where: bytes from the start of what was checked, a batch or a run of them, or of the uncompressed records when <paramref name="RecordIndex"/> is not -1.
/// </param>
/// <param name="RecordIndex">Which record, counted from 0, or -1 when the fault lies in the batch itself.</param>
/// <param name="Found">The value that was found, where there is one.</param>
/// <param name="Expected">The value or the limit that was expected, where there is one.</param>
public readonly record struct BatchFault(BatchDefect Defect, int PositionBytes = 0, int RecordIndex = -1, long Found = 0, long Expected = 0)
{
    /// <summary>No fault.</summary>
    public static BatchFault None => default;

    /// <summary>Whether there is no fault.</summary>
    public bool IsNone => Defect == BatchDefect.None;

    /// <summary>What was wrong and where, in a sentence for people.</summary>
    public string Message => IsNone
        ? "The batch is valid."
        : RecordIndex < 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Describe()} (at byte {PositionBytes}).")
            : string.Create(CultureInfo.InvariantCulture, $"{Describe()} (record {RecordIndex}, byte {PositionBytes} of the records).");

    /// <summary>The same as <see cref="Message"/>.</summary>
    public override string ToString() => Message;

    private string Describe() => Defect switch
    {
        BatchDefect.TooShort => Text($"The batch is cut: {Found} bytes are there, {Expected} are needed"),
        BatchDefect.BadLength => Text($"The batch length is {Found}; it is at least {Expected}"),
        BatchDefect.BadMagic => Text($"The magic is {Found}; only version {Expected} of the record batch is accepted"),
        BatchDefect.ChecksumMismatch => Text($"The bytes give checksum {Found:x8}, the batch says {Expected:x8}: it was damaged on its way or on disk"),
        BatchDefect.TooLarge => Text($"The batch has {Found} bytes; at most {Expected} are accepted"),
        BatchDefect.TrailingBytes => Text($"{Found} bytes follow the batch where there may be one batch only"),
        BatchDefect.NonPositiveCount => Text($"The record count is {Found}; a batch holds at least one record"),
        BatchDefect.TooManyRecords => Text($"The record count is {Found}; at most {Expected} fit"),
        BatchDefect.OffsetDeltaMismatch => Text($"The offset delta is {Found} where {Expected} must stand"),
        BatchDefect.ControlBatchFromClient => "The control bit is set; clients cannot write control batches",
        BatchDefect.DeleteHorizonFromClient => "The delete horizon bit is set; clients cannot set it",
        BatchDefect.SequenceMissing => Text($"The batch has a producer id, but its epoch or sequence is {Found}"),
        BatchDefect.ProducerMissing => "The batch is transactional but has no producer id",
        BatchDefect.UnknownCodec => Text($"Codec {Found} does not exist"),
        BatchDefect.CodecUnavailable => Text($"The library for codec {Found} is not installed on this machine"),
        BatchDefect.CorruptCompression => Text($"The compressed records are not what codec {Found} writes"),
        BatchDefect.DecompressionBudgetExceeded => Text($"The {Found} bytes of compressed records decompress to more than the {Expected} bytes allowed"),
        BatchDefect.RecordMalformed => "The record's fields do not fit its length",
        BatchDefect.RecordCountMismatch => Text($"There are {Found} records (or bytes after the last one), the batch says {Expected}"),
        BatchDefect.TooManyHeaders => Text($"The record has {Found} headers; at most {Expected} are accepted"),
        BatchDefect.NullKey => "The record has no key, which a compacted log needs",
        BatchDefect.TimestampOutOfRange => Text($"The timestamp {Found} is beyond the limit {Expected}"),
        BatchDefect.MaxTimestampMismatch => Text($"The batch says that the largest timestamp is {Found}, the records say {Expected}"),
        BatchDefect.LogAppendTimeFromClient => "The log-append-time bit is set; only the log can set it",
        BatchDefect.ControlRecordMalformed => "The record of the control batch is no control record",
        _ => Defect.ToString(),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
