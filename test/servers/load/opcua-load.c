// A plain OPC UA server under load, on open62541 1.4: no security, anonymous, loopback only.
//
//   opcua-load PORT VARIABLES HZ MAX_NOTIFICATIONS
//
// Variables ns=1;s=D0, D1, D2, I3, D4 … in folders of 1000: every fourth one is an Int32 that steps by 1, the others are
// Doubles that step by 0.37. A variable begins with a number of steps of its own and makes one more at every write, so a
// missing or repeated write can be seen in the data. Writes go round robin, the time of writing is the source timestamp.
//
// Speaks one JSON object per line on stdout: ready, then on SIGUSR1 paused (no write follows; "writes" = all of them,
// "counts" = the steps of all variables added up), on SIGTERM stopped. Dies with the process that started it.

#include <open62541/plugin/log_stdout.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define STEP 0.37
#define INTEGER_EVERY 4
#define FOLDER_SIZE 1000
#define TICK_MS 10.0
// Where a variable begins: neighbours must not carry equal values, or a store's compression looks better than it is.
#define FIRST_STEPS(index) ((UA_Int32)((index) * 7919 % 10007))
// After a stall at most this many rounds are written at once: a load, not a flood.
#define CATCH_UP_ROUNDS 2.0

typedef struct {
    UA_NodeId *ids;
    size_t count;
    double hz;
    size_t next;           // variable that is written next
    UA_Int32 round;        // steps the variables from `next` on have made
    double owed;           // fraction of a write left over from the last tick
    UA_DateTime last_tick; // monotonic
    unsigned long long writes;
    unsigned long long counts; // of all variables
    UA_Boolean paused_said;
} Plant;

static volatile sig_atomic_t running = 1;
static volatile sig_atomic_t pause_wanted = 0;

static void on_signal(int signal_number) {
    if (signal_number == SIGUSR1) pause_wanted = 1;
    else running = 0;
}

static UA_Boolean is_integer(size_t index) { return index % INTEGER_EVERY == INTEGER_EVERY - 1; }

static void write_next(UA_Server *server, Plant *plant, UA_DateTime now) {
    UA_Int32 steps = FIRST_STEPS(plant->next) + plant->round + 1;
    UA_Double number = steps * STEP;
    UA_DataValue value;
    UA_DataValue_init(&value);
    value.hasValue = true;
    value.hasSourceTimestamp = true;
    value.sourceTimestamp = now;
    value.value.storageType = UA_VARIANT_DATA_NODELETE;
    value.value.type = &UA_TYPES[is_integer(plant->next) ? UA_TYPES_INT32 : UA_TYPES_DOUBLE];
    value.value.data = is_integer(plant->next) ? (void *)&steps : (void *)&number;
    UA_Server_writeDataValue(server, plant->ids[plant->next], value);
    plant->writes++;
    plant->counts++;
    if (++plant->next == plant->count) {
        plant->next = 0;
        plant->round++;
    }
}

static void on_tick(UA_Server *server, void *context) {
    Plant *plant = context;
    UA_DateTime monotonic = UA_DateTime_nowMonotonic();
    double seconds = plant->last_tick ? (double)(monotonic - plant->last_tick) / UA_DATETIME_SEC : 0;
    plant->last_tick = monotonic;
    if (pause_wanted) {
        if (!plant->paused_said)
            printf("{\"event\":\"paused\",\"writes\":%llu,\"counts\":%llu}\n", plant->writes, plant->counts);
        fflush(stdout);
        plant->paused_said = true;
        return;
    }
    double due = seconds * (double)plant->count * plant->hz + plant->owed;
    double most = CATCH_UP_ROUNDS * (double)plant->count;
    if (due > most) due = most;
    long whole = (long)due;
    plant->owed = due - (double)whole;
    UA_DateTime now = UA_DateTime_now();
    for (long i = 0; i < whole; i++) write_next(server, plant, now);
}

static void add_folder(UA_Server *server, size_t number, UA_NodeId *folder) {
    char name[32];
    snprintf(name, sizeof name, "Folder%zu", number);
    UA_ObjectAttributes attributes = UA_ObjectAttributes_default;
    attributes.displayName = UA_LOCALIZEDTEXT("", name);
    UA_Server_addObjectNode(server, UA_NODEID_STRING(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
                            UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, name),
                            UA_NODEID_NUMERIC(0, UA_NS0ID_FOLDERTYPE), attributes, NULL, folder);
}

static void add_variable(UA_Server *server, size_t index, UA_NodeId folder, UA_NodeId *id) {
    char name[32];
    snprintf(name, sizeof name, "%c%zu", is_integer(index) ? 'I' : 'D', index);
    UA_Int32 integer = FIRST_STEPS(index);
    UA_Double number = integer * STEP;
    const UA_DataType *type = &UA_TYPES[is_integer(index) ? UA_TYPES_INT32 : UA_TYPES_DOUBLE];
    UA_VariableAttributes attributes = UA_VariableAttributes_default;
    UA_Variant_setScalar(&attributes.value, is_integer(index) ? (void *)&integer : (void *)&number, type);
    attributes.dataType = type->typeId;
    attributes.displayName = UA_LOCALIZEDTEXT("", name);
    attributes.minimumSamplingInterval = 0;
    UA_Server_addVariableNode(server, UA_NODEID_STRING(1, name), folder, UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES),
                              UA_QUALIFIEDNAME(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes,
                              NULL, id);
}

static void configure(UA_ServerConfig *config, int port, unsigned max_notifications) {
    memset(config, 0, sizeof *config);
    config->logging = malloc(sizeof(UA_Logger));
    *config->logging = UA_Log_Stdout_withLevel(UA_LOGLEVEL_FATAL);
    UA_ServerConfig_setMinimal(config, (UA_UInt16)port, NULL);
    char url[64];
    snprintf(url, sizeof url, "opc.tcp://127.0.0.1:%d", port);
    UA_Array_delete(config->serverUrls, config->serverUrlsSize, &UA_TYPES[UA_TYPES_STRING]);
    config->serverUrls = UA_Array_new(1, &UA_TYPES[UA_TYPES_STRING]);
    config->serverUrlsSize = 1;
    config->serverUrls[0] = UA_STRING_ALLOC(url);
    config->tcpReuseAddr = true;
    config->samplingIntervalLimits.min = 0; // 0 = a write is what makes a notification
    config->publishingIntervalLimits.min = TICK_MS;
    config->maxNotificationsPerPublish = max_notifications; // 0 would publish nothing
    config->queueSizeLimits.max = 1000;
    config->maxPublishReqPerSession = 0;
    config->maxRetransmissionQueueSize = 100;
}

int main(int argc, char **argv) {
    int port = argc > 1 ? atoi(argv[1]) : 0;
    long count = argc > 2 ? atol(argv[2]) : 0;
    double hz = argc > 3 ? atof(argv[3]) : 0;
    long max_notifications = argc > 4 ? atol(argv[4]) : 0;
    if (port < 1 || port > 65535 || count < 1 || count > 1000000 || hz <= 0 || max_notifications < 1) {
        fprintf(stderr, "usage: opcua-load PORT VARIABLES HZ MAX_NOTIFICATIONS\n");
        return 64;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    signal(SIGUSR1, on_signal);

    UA_ServerConfig config;
    configure(&config, port, (unsigned)max_notifications);
    UA_Server *server = UA_Server_newWithConfig(&config);
    Plant plant = {.ids = calloc((size_t)count, sizeof(UA_NodeId)), .count = (size_t)count, .hz = hz};
    if (!server || !plant.ids) return 71;
    UA_NodeId folder = UA_NODEID_NULL;
    for (size_t i = 0; i < plant.count; i++) {
        if (i % FOLDER_SIZE == 0) add_folder(server, i / FOLDER_SIZE, &folder);
        add_variable(server, i, folder, &plant.ids[i]);
        plant.counts += (unsigned long long)FIRST_STEPS(i);
    }
    if (UA_Server_run_startup(server) != UA_STATUSCODE_GOOD) {
        fprintf(stderr, "opcua-load: can not listen on port %d\n", port);
        return 69;
    }
    UA_Server_addRepeatedCallback(server, on_tick, &plant, TICK_MS, NULL);
    printf("{\"event\":\"ready\"}\n");
    fflush(stdout);
    while (running) UA_Server_run_iterate(server, true);
    printf("{\"event\":\"stopped\",\"writes\":%llu}\n", plant.writes);
    fflush(stdout);
    UA_Server_run_shutdown(server);
    UA_Server_delete(server);
    return 0;
}
