using System.Globalization;
using System.Runtime.CompilerServices;
using Duramen.Cli.Commands;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Duramen.Cli.Server;

/// <summary>
/// Sends the metrics and traces of a server to a receiver of OTLP. Its libraries are loaded when somebody asks for it, so that nobody else's start waits for
/// them. A receiver that does not answer costs nothing but what it does not get.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string Source = "Duramen.Broker";

    // A stop of the server does not wait for a receiver that is gone.
    private const int LastExportMs = 2000;

    private readonly MeterProvider _metrics;
    private readonly TracerProvider? _traces;

    private TelemetryExport(MeterProvider metrics, TracerProvider? traces)
    {
        _metrics = metrics;
        _traces = traces;
    }

    /// <summary>Begins to export what is measured from now on; null when there is nowhere to.</summary>
    public static IDisposable? Start(TelemetryOptions options, DuramenNodeOptions node) => options.Endpoint is Uri endpoint ? Begin(options, endpoint, node) : null;

    public void Dispose()
    {
        _traces?.Shutdown(LastExportMs);
        _traces?.Dispose();
        _metrics.Shutdown(LastExportMs);
        _metrics.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TelemetryExport Begin(TelemetryOptions options, Uri endpoint, DuramenNodeOptions node)
    {
        // What the usual environment variables say of the service counts more.
        ResourceBuilder resource = ResourceBuilder.CreateEmpty()
            .AddService("duramen", serviceVersion: CommandRunner.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: node.NodeId.ToString(CultureInfo.InvariantCulture))
            .AddEnvironmentVariableDetector();
        MeterProvider metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Source, "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                Aim(exporter, options, endpoint, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
            })
            .Build();
        TracerProvider? traces = options.TraceRatio == 0
            ? null
            : Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .SetSampler(new TraceIdRatioBasedSampler(options.TraceRatio))
                .AddSource(Source)
                .AddOtlpExporter(exporter => Aim(exporter, options, endpoint, "v1/traces"))
                .Build();
        return new TelemetryExport(metrics, traces);
    }

    private static void Aim(OtlpExporterOptions exporter, TelemetryOptions options, Uri endpoint, string path)
    {
        exporter.Protocol = options.UsesGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = options.UsesGrpc ? endpoint : new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
    }
}
