namespace Duramen.Records.Batches;

/// <summary>What Kafka's broker answers to a producer whose batch has a defect.</summary>
public static class BatchDefectKafka
{
    private const short UnknownServerError = -1;
    private const short None = 0;
    private const short CorruptMessage = 2;
    private const short MessageTooLarge = 10;
    private const short InvalidTimestamp = 32;
    private const short UnsupportedCompressionType = 76;
    private const short InvalidRecord = 87;

    /// <summary>The error code of the Kafka protocol; 0 for no defect.</summary>
    public static short ToKafkaError(this BatchDefect defect) => defect switch
    {
        BatchDefect.None => None,
        BatchDefect.TooShort or BatchDefect.BadLength or BatchDefect.ChecksumMismatch or BatchDefect.CorruptCompression => CorruptMessage,
        BatchDefect.TooLarge or BatchDefect.DecompressionBudgetExceeded => MessageTooLarge,
        BatchDefect.UnknownCodec or BatchDefect.CodecUnavailable => UnsupportedCompressionType,
        BatchDefect.TimestampOutOfRange or BatchDefect.LogAppendTimeFromClient or BatchDefect.MaxTimestampMismatch => InvalidTimestamp,
        _ => Enum.IsDefined(defect) ? InvalidRecord : UnknownServerError,
    };
}
