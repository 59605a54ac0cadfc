using System.Text.Json;
using Duramen.Storage.Verification;

namespace Duramen.Cli.Commands;

/// <summary>Descriptions of logs as JSON.</summary>
internal static class LogJson
{
    public static void WriteSummary(Utf8JsonWriter writer, LogDescription log)
    {
        writer.WriteString("log"u8, log.Name);
        writer.WriteString("id"u8, log.Id.ToString());
        writer.WriteNumber("start"u8, log.Watermarks.Start.Value);
        writer.WriteNumber("committed"u8, log.Watermarks.Committed.Value);
        writer.WriteNumber("end"u8, log.Watermarks.End.Value);
        writer.WriteNumber("records"u8, log.RecordCount);
        writer.WriteNumber("sizeBytes"u8, log.SizeBytes);
        writer.WriteNumber("segments"u8, log.Segments.Count);
        writer.WriteString("cleanup"u8, LogSettings.NameOf(log.Options.Cleanup));
    }
}
